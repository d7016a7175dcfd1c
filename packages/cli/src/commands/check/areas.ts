import { RULES, type RuleArea } from '../../rules/check-repository.js';

/** What a check looks at: the areas of rules, what a backend is going to do, its configuration. */
export const AREAS = [...(Object.keys(RULES) as RuleArea[]), 'plan', 'config'] as const;

/** One of {@link AREAS}. */
export type Area = (typeof AREAS)[number];

/** Whether an area has rules that need nothing but files. */
export const isRuleArea = (area: Area): area is RuleArea => Object.hasOwn(RULES, area);
