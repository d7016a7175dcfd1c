/** Permissions, rules and decisions made with the published packages fit, and the other way round. */
import type * as Common from '@backstage/plugin-permission-common';
import type * as Node from '@backstage/plugin-permission-node';
import type * as Ours from '../../src/index.js';
import type { Assert, Same } from './assert.js';

type Item = { id: string };
type Sql = { sql: string };
type OwnerParams = { owner: string; tags?: string[] };

export type FromPermissionCommon = [
  Assert<Same<Ours.AllOfCriteria<Sql>, Common.AllOfCriteria<Sql>>>,
  Assert<Same<Ours.AnyOfCriteria<Sql>, Common.AnyOfCriteria<Sql>>>,
  Assert<Same<Ours.AuthorizePermissionRequest, Common.AuthorizePermissionRequest>>,
  Assert<Same<Ours.AuthorizePermissionResponse, Common.AuthorizePermissionResponse>>,
  Assert<Same<Ours.BasicPermission, Common.BasicPermission>>,
  Assert<Same<Ours.ConditionalPolicyDecision, Common.ConditionalPolicyDecision>>,
  Assert<Same<Ours.DefinitivePolicyDecision, Common.DefinitivePolicyDecision>>,
  Assert<Same<Ours.EvaluatorRequestOptions, Common.EvaluatorRequestOptions>>,
  Assert<Same<Ours.NotCriteria<Sql>, Common.NotCriteria<Sql>>>,
  Assert<Same<Ours.Permission, Common.Permission>>,
  Assert<Same<Ours.PermissionAttributes, Common.PermissionAttributes>>,
  Assert<Same<Ours.PermissionBase<'basic', Item>, Common.PermissionBase<'basic', Item>>>,
  Assert<Same<Ours.PermissionCondition, Common.PermissionCondition>>,
  Assert<
    Same<
      Ours.PermissionCondition<'item', OwnerParams>,
      Common.PermissionCondition<'item', OwnerParams>
    >
  >,
  Assert<Same<Ours.PermissionCriteria<Sql>, Common.PermissionCriteria<Sql>>>,
  Assert<Same<Ours.PermissionEvaluator, Common.PermissionEvaluator>>,
  Assert<Same<Ours.PermissionRuleParam, Common.PermissionRuleParam>>,
  Assert<Same<Ours.PermissionRuleParams, Common.PermissionRuleParams>>,
  Assert<Same<Ours.PolicyDecision, Common.PolicyDecision>>,
  Assert<Same<Ours.QueryPermissionRequest, Common.QueryPermissionRequest>>,
  Assert<Same<Ours.QueryPermissionResponse, Common.QueryPermissionResponse>>,
  Assert<Same<Ours.ResourcePermission, Common.ResourcePermission>>,
  Assert<Same<Ours.ResourcePermission<'item'>, Common.ResourcePermission<'item'>>>,
];

export type FromPermissionNode = [
  Assert<Same<Ours.PermissionResourceRef, Node.PermissionResourceRef>>,
  Assert<
    Same<
      Ours.PermissionResourceRef<Item, Sql, 'item', 'todo'>,
      Node.PermissionResourceRef<Item, Sql, 'item', 'todo'>
    >
  >,
  Assert<Same<Ours.PermissionRule<Item, Sql, 'item'>, Node.PermissionRule<Item, Sql, 'item'>>>,
  Assert<
    Same<
      Ours.PermissionRule<Item, Sql, 'item', OwnerParams>,
      Node.PermissionRule<Item, Sql, 'item', OwnerParams>
    >
  >,
  Assert<Same<Ours.PermissionRuleset, Node.PermissionRuleset>>,
  Assert<
    Same<Ours.PermissionRuleset<Item, Sql, 'item'>, Node.PermissionRuleset<Item, Sql, 'item'>>
  >,
];
