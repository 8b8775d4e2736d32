import { bounceRules } from './bounce-rules.ts';
import { complaintRules } from './complaint-rules.ts';
import type { FeedbackRule } from './rule.ts';

/** The rules. The first one that matches a recipient decides. Some rule matches every recipient. */
export const rules: readonly FeedbackRule[] = [...bounceRules, ...complaintRules];
