import type { VerdictRow } from './fault.ts';

/** Words about this message. */
export const messageWording: readonly VerdictRow[] = [
  {
    id: 'message-size',
    fault: 'message',
    pattern:
      /\b(?:message|mail|e-?mail|file|attachment|header)s?\b[^.;]{0,30}\b(?:too (?:large|big|long)|size (?:limit|exceeds?)|exceed(?:s|ed)?\b[^.]{0,40}\bsize)|\bsize of\b[^.]{0,60}\bexceed|\bmessage size\b|\bmaximum message\b|\bsize exceeds\b|\bexceeds? (?:the |fixed )?(?:maximum )?(?:message |allowed )?size\b|\bnumber of attachments\b|\btoo many (?:attachments|hops? headers|received headers|mime)/i,
    example: '552 5.3.4 The message is too large',
  },
  {
    id: 'message-virus',
    fault: 'message',
    pattern:
      /\bvirus(?:es)?\b|\bmalware\b|\btrojan\b|\bphish(?:ing)?\b|\billegal attachment\b|\battachments?\b[^.]{0,40}\b(?:not allowed|blocked|rejected|forbidden|prohibited|banned|unacceptable)|\b(?:banned|blocked|forbidden|prohibited|suspicious) (?:file|attachment|content|extension|url|link)s?\b|\bpotential security issue\b|\bmalicious\b/i,
    example: '554 A virus was detected in the message',
  },
  {
    id: 'message-headers',
    fault: 'message',
    pattern:
      /\b(?:duplicate|multiple|missing|invalid|malformed|bad|illegal|too large|unbalanced) (?:\S{1,20} ){0,3}?(?:headers?|from:|from header|message-id|date:)|\bnot rfc[ -]?\d{0,4}[ -]?compliant\b|\bheaders? (?:are |is )?(?:too large|not|invalid|missing|malformed)\b|\bmessages? (?:missing|with multiple)\b|\bencoded-word\b|\bbare (?:lf|cr|line)|\b(?:line|lines) too long\b|\b8-?bit\b|\bmime\b|\bconversion (?:required|not)|\bnon-?compliant message\b|\bfrom: header\b|\bheader based\b/i,
    example: '550 The message has a duplicate Subject header',
  },
  {
    id: 'message-content',
    fault: 'message',
    pattern:
      /\b(?:message|mail|e-?mail|content)\b[^.;]{0,40}\b(?:content (?:rejected|denied|not accepted|refused)|considered (?:as )?(?:spam|unsolicited)|(?:scored|classified|identified|detected|flagged|marked|tagged|recogni[sz]ed|looks?|seems?|appears?)[^.]{0,24}\b(?:spam|junk|ube|unsolicited|bulk))|\bspam (?:message|mail|content|classification|filter|detected|score|scanner|engine|check|policy)\b|\b(?:is|was|as|be|like) (?:spam|junk)\b|\bspam\b(?=$|[ .]*(?:rejected|detected|refused|blocked|\())|\bspam-?like\b|\bsuspected spam\b|\bjunk ?mail\b|\bcontent (?:rejected|denied|blocked|filter(?:ed)?|restriction|violation)\b|\b(?:rejected|blocked|refused) (?:due to|because of|for|by) (?:the |its |message )?(?:content|spam|antispam|anti-spam)\b|\banti-?spam\b|\bmessage (?:was |has been )?quarantined\b|\bbayes|\bubes?\b|\bbulk (?:mail|e-?mail)\b/i,
    example: '554 The message was classified as spam',
  },
];
