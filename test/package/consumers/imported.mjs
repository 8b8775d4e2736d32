import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import nodemailer from 'nodemailer';
// By name: what is no export of an ES module does not link.
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
  openBatch,
  parse,
  parseAddress,
  readPolicy,
  release,
} from 'ses-feedback/feedback';
import * as testing from 'ses-feedback/testing';
import exercise from './exercise.cjs';

const library = { createSuppressionList, AllRecipientsSuppressedError, SuppressionStoreError };
const feedback = { openBatch, parse, classify, decide, readPolicy, isSuppressedAt };
const others = [InvalidAddressError, NoRecipientsError, SnapshotError, defaultPolicy, parseAddress, release];
if (others.some((value) => value === undefined)) throw new Error('One of them is empty.');
const event = JSON.parse(readFileSync(new URL('bounce.json', import.meta.url), 'utf8'));
console.log(JSON.stringify(await exercise({ library, testing, feedback, DynamoDBClient, nodemailer, event })));
