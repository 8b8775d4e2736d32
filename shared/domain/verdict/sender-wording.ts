import type { VerdictRow } from './fault.ts';

/** Words about the sender that decide even if the answer also has words about the recipient: "Sender address rejected: User unknown". */
export const specificSenderWording: readonly VerdictRow[] = [
  {
    id: 'sender-address',
    fault: 'sender',
    cause: 'sender-address',
    pattern:
      /\bsender(?:'s)?(?: email)?(?: address| domain)?(?: is)?(?: rejected| refused| invalid| denied| unknown| not (?:found|known|valid|verified|allowed|accepted)| does(?: not|n't) exist| verif\w{1,8} failed| verify failed)|\b(?:invalid|unknown|unverified|bad) sender\b|\bdomain of (?:the )?sender\b|\bmail ?from (?:domain|address)\b[^.]{0,40}\b(?:invalid|not exist|not found|no mx|null)|\bemetteur invalide\b|\bsender domain must\b|\bfrom address\b[^.]{0,40}\b(?:invalid|not (?:valid|verified))|\bemail address is not verified\b|\bsender address\b[^.]{0,60}\b(?:not valid|not a valid|null mx|does not exist)|\bsending domain (?:does not exist|not found)/i,
    example: '550 5.1.0 Sender address rejected: the domain was not found',
  },
  {
    id: 'sender-authentication',
    fault: 'sender',
    cause: 'authentication',
    pattern:
      /\bdmarc\b|\bdkim\b(?! signature'? header| ?-signature)|\bspf\b|\bsender policy framework\b|\bun-?authenticated (?:e-?mail|sender|message|mail)|\bsender (?:id )?authentication\b|\bspoof(?:ed|ing)\b|\bforged\b|\bnot (?:allowed|permitted|authori[sz]ed) to send (?:\w{1,16} ){0,3}(?:from|mail|as|for)\b|\b(?:originating|sending) ip\b[^.]{0,50}\bnot permitted\b|\bfails? to pass authentication\b|\bdoes(?: not|n't) allow sending (?:e-?)?mails? from\b/i,
    example: '550 5.7.1 This message does not pass the DMARC policy of shop.example',
  },
  {
    id: 'sender-rate',
    fault: 'sender',
    cause: 'rate-limit',
    pattern:
      /\btoo (?:many|much) (?:(?:invalid|bad|unknown|of your|concurrent|simultaneous|smtp|failed) ){0,2}(?:messages|e-?mails?|recipients|connections|sessions|errors|users)\b|\bconnection (?:frequency|rate|limit)|\bfrequency limit|\brate[- ]?limit(?:ed|s)?\b|\bsend(?:ing|er)?(?:'s)?(?: \w{1,12}){0,2} (?:limit|quota|rate)\b[^.]{0,20}\bexceed|\bsender has exceeded\b|\b(?:daily|hourly|message|sending) (?:\w{1,8} ){0,2}(?:limit|quota) (?:has been )?exceeded\b(?! for (?:the )?(?:recipient|mailbox))|\bexceeded (?:the|your|its) (?:\w{1,12} ){0,2}(?:rate|sending|connection|message) limit\b|\bthrottl(?:ed|ing)\b|\bsending too (?:fast|much|many)\b/i,
    example: '550 192.0.2.4 has sent too many messages this hour',
  },
  {
    id: 'sender-host-name',
    fault: 'sender',
    cause: 'host-name',
    pattern:
      /\bptr\b|\breverse[- ](?:dns|lookup|hostname)\b|\brdns\b|\b(?:helo|ehlo)\b|\bip name lookup failed\b|\bcannot find your (?:reverse )?hostname\b|\b(?:client host|hostname)\b[^.]{0,30}\bmay not be (?:a )?mail exchanger\b/i,
    example: '550 5.7.1 The sending IP address has no PTR record',
  },
];

/** Words about the sender that servers also add to an answer about the recipient. */
export const generalSenderWording: readonly VerdictRow[] = [
  {
    id: 'block-list',
    fault: 'sender',
    cause: 'block-list',
    pattern:
      /\b(?:block|black|deny)[ -]?list(?:s|ed|ing)?\b|\b(?:dns[br]ls?|rbl|spamhaus|spamcop|barracudacentral|sorbs|uceprotect|senderscore|cloudmark|invaluement|surbl|uribl|mail-abuse|lashback|abusix|spamrats|spfbl|sbl-xbl|mipspace|njabl|dsbl|ordb|spamcannibal|psbl|manitu)\b|\bblocked (?:using|by)\b|\blisted (?:at|by|in|on) (?!director)|\b(?:is|are) (?:currently )?listed\b|\blisting of\b|\bspammer list\b|\bfound (?:in|on) (?:one or more |an? )?(?:dnsbl|rbl|list)/i,
    example: '554 5.7.1 Client host [192.0.2.4] blocked using the list zen.spamhaus.org',
  },
  {
    id: 'sender-blocked',
    fault: 'sender',
    cause: 'reputation',
    pattern:
      /\b(?:client(?: host| address| ip)?|sender|sending (?:ip|host|server|domain)|(?:source |your |this )?ip(?: ?address)?(?: source)?|host|server|domain|connection(?! refused)|envelope|network|messages from)(?: ?\[?[\w.:/-]{2,60}\]?)?(?: is| has been| was| are| have been| temporarily| a ete| ont ete)? ?(?:blocked|bloquee?s?|banned|blacklisted|denied|refused|rejected|gesperrt|bloqueado|bloccato|zablokowany)\b|\bblocked senders?\b|\bblocked ip\b|\bbanned sending\b|\bbad ip\b|\bblocked - see\b|\bblock for spam\b|\bblock has been placed\b|\bcurrently blocked\b|\bblocked by (?:your|our|the|recipient|local|spam)|\bemails? envoyes\b[^;]{0,60}\bbloques\b|\bdenied by (?:local )?policy\b|\bconnections? (?:will not be|not) accepted\b|\bnot accepting (?:e-?mail|mail|messages|connections) from\b|\besmtp not accepting connections\b|\bclient host rejected\b|\bonly accepts? (?:mail|messages|email) from\b|\b_?is_blocked\b|:blocked\b|\bblocked for (?:spam|abuse|the day)/i,
    example: '550 Your IP address 192.0.2.4 has been blocked',
  },
  {
    id: 'sender-reputation',
    fault: 'sender',
    cause: 'reputation',
    pattern:
      /\b(?:poor|bad|low|dynamic|negative|no) reputation\b|\b(?:sender|ip|domain|host|network)(?:'s)? reputation\b|\breputation of (?:the|your) (?:sending|sender|ip|domain)|\bunsolicited (?:e-?mail|mail|bulk)\b|\bsending spam\b|\bspamming\b|\bspam (?:sender|source|ip|host)\b|\bincident de spam\b|\bspammers?\b|\bexcessive (?:spam|complaints)\b|\bspam complaints\b|\buser complaints\b|\bhigh volume of (?:spam|complaints)\b/i,
    example: '550 Rejected because of the poor reputation of 192.0.2.4',
  },
  {
    id: 'sender-policy',
    fault: 'sender',
    cause: 'policy',
    pattern:
      /\bpolicy (?:reasons|restrictions|violation|rejection)\b|\b(?:security|local|site|mail|e-?mail|content|organi[sz]ation) polic(?:y|ies)\b|\bprohibited\b|\brelay(?:ing)?(?: access)? (?:denied|not (?:permitted|allowed)|prohibited)\b|\bunable to relay\b|\bnot configured to relay\b|\binvalid credentials for relay\b|\bpermission denied\b|\b(?:authentication|authentification) (?:is )?(?:required|requise)\b|\bnot authori[sz]ed\b|\baccess (?:to this (?:mail )?system )?(?:has been )?rejected\b|\bprotocol violation\b|\bbefore (?:authenticat|helo)|\bgeographical location\b|\bcountry\b[^.]{0,30}\b(?:blocked|rejected|not accepted)/i,
    example: '554 Message not accepted for policy reasons',
  },
];
