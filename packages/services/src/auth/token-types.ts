/** The `typ` header of the tokens of the ecosystem. */
export const TOKEN_TYPES = {
  plugin: 'vnd.backstage.plugin',
  user: 'vnd.backstage.user',
  limitedUser: 'vnd.backstage.limited-user',
} as const;
