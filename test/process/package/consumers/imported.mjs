import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import nodemailer from 'nodemailer';
// Named imports, because an ES module does not link if an export is missing.
import {
  AllRecipientsSuppressedError,
  createSuppressionList,
  InvalidAddressError,
  NoRecipientsError,
  SnapshotError,
  SuppressionStoreError,
} from 'ses-feedback';
import {
  classify,
  decide,
  defaultPolicy,
  isSuppressedAt,
  parse,
  parseAddress,
  readPolicy,
  release,
  unwrapBatch,
  unwrapMessage,
} from 'ses-feedback/feedback';
import { toSlackMessage, toTeamsMessage } from 'ses-feedback/notices';
import { createReleaseLinks } from 'ses-feedback/release-links';
import * as testing from 'ses-feedback/testing';
import exercise from './exercise.cjs';

const library = { createSuppressionList, AllRecipientsSuppressedError, SuppressionStoreError };
const feedback = { unwrapBatch, unwrapMessage, parse, classify, decide, readPolicy, isSuppressedAt };
const others = [
  InvalidAddressError,
  NoRecipientsError,
  SnapshotError,
  defaultPolicy,
  parseAddress,
  release,
  createReleaseLinks,
  toSlackMessage,
  toTeamsMessage,
];
if (others.some((value) => value === undefined)) throw new Error('An export is undefined.');
const event = JSON.parse(readFileSync(new URL('bounce.json', import.meta.url), 'utf8'));
console.log(JSON.stringify(await exercise({ library, testing, feedback, DynamoDBClient, nodemailer, event })));
