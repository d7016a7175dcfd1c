/** Whether `NODE_ENV` is `development`: answers are made for people to read then. */
export function isDevelopment(): boolean {
  return process.env['NODE_ENV'] === 'development';
}
