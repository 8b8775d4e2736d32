const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const nodemailer = require('nodemailer');
const library = require('ses-feedback');
const testing = require('ses-feedback/testing');
const feedback = require('ses-feedback/feedback');
const event = require('./bounce.json');
const exercise = require('./exercise.cjs');
const results = require('./exercise-results.json');

test('an application can be tested against a table', async () => {
  expect(await exercise({ library, testing, feedback, DynamoDBClient, nodemailer, event })).toEqual(results);
});
