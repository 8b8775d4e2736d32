import type { VerdictRow } from './fault.ts';

/** Words about a mailbox that exists and cannot take an email now. They decide before the words for an unknown recipient. */
export const mailboxWording: readonly VerdictRow[] = [
  {
    id: 'full-mailbox',
    fault: 'temporary',
    pattern:
      /\b(?:mail ?box|user|recipient|account|inbox|mail ?folder|storage|disk|boite|bo\^?ite)\b[^.;]{0,50}\b(?:full|over ?quota|over (?:the |its |their |his )?(?:quota|limit|storage)|quota (?:is )?(?:exceeded|full)|size limit exceeded|exceed(?:s|ed|ing)? (?:\w{1,10} ){0,3}(?:quota|storage|space|size)|out of (?:storage|space|disk)|pleine)|\bover ?quota\b|\bquota (?:exceeded|violation|full|reached)\b|\bexceeded (?:storage|quota|mail ?box|disk|its storage|e?mail quota)|\b(?:extended|disk|user|mail|storage) quota\b|\binsufficient (?:system )?(?:storage|disk|space|quota)|\bnot enough (?:storage|space|disk)|\bno space left\b|\bout of storage\b|\bshutoffquota|\bstorage allocation\b|\bpostfach (?:ist )?(?:voll|uberfullt)|\bbuzon lleno\b|\bcasella (?:e )?piena\b|\bcaixa (?:postal )?(?:esta )?cheia\b|\bquota depass|\bskrzynka (?:jest )?pelna|\bmailbox vol\b|\u043f\u0435\u0440\u0435\u043f\u043e\u043b\u043d\u0435\u043d|\u90ae\u7bb1\u5df2\u6ee1|\u7a7a\u95f4\u4e0d\u8db3/i,
    example: '552 5.2.2 The mailbox is full',
  },
  {
    id: 'recipient-rate',
    fault: 'temporary',
    pattern:
      /\b(?:user|recipient|mailbox|account)\b[^.]{0,60}\b(?:receiving (?:e?mail|messages) (?:at a rate|too)|exceeded (?:\w{1,8} ){0,2}limit for (?:the number of )?messages|can receive per (?:hour|day)|receiving rate)|\bthis recipient per (?:hour|day)\b|\btoo many messages (?:for|to) (?:this|the) (?:recipient|user|mailbox)\b/i,
    example: '550 5.2.1 The recipient is receiving mail at a rate that prevents further messages',
  },
  {
    id: 'locked-for-a-time',
    fault: 'temporary',
    pattern:
      /\btemporar(?:y|ily) (?:locked|disabled|unavailable|suspended|blocked|rejected|deferred|refused|failure|error|problem|lookup)\b|\btry (?:again )?later\b|\bgr[ea]ylist(?:ed|ing)?\b|\bplease retry\b|\bessayer plus tard\b|\bspater (?:erneut|noch)|\bcome back later\b|\bmailbox (?:is )?(?:busy|locked)\b/i,
    example: '550 The account is temporarily locked, try again later',
  },
];

/** Words about DNS, routes and servers. */
export const infrastructureWording: readonly VerdictRow[] = [
  {
    id: 'dns-failure',
    fault: 'temporary',
    pattern:
      /\bdns (?:error|query|lookup|failure|timeout|server|resolution)\b|\b(?:name service|name server|nameserver)\b|\bservfail\b|\bunable to (?:lookup|look up|resolve)\b|\bcould ?n.t resolve\b|\bhost lookup (?:did not complete|failed)|\bname lookup failed\b/i,
    example: '550 5.4.312 The DNS query for the domain failed',
  },
  {
    id: 'routing-loop',
    fault: 'temporary',
    pattern:
      /\btoo many hops\b|\b(?:mail|routing|forwarding) loop\b|\bloops? (?:back|detected)\b|\bhop count\b|\blooping\b/i,
    example: '554 5.4.6 Too many hops',
  },
  {
    id: 'no-connection',
    fault: 'temporary',
    pattern:
      /\b(?:connect(?:ion)?|connecting|operation|session|conversation)\b[^.;]{0,80}\b(?:timed? ?out|refused|reset|lost|failed|dropped|closed|unreachable)\b|\btimed? ?out\b|\bmessage expired\b|\bnetwork (?:is )?unreachable\b|\bno route to host\b|\bdelivery (?:time|expired)|\bretry time ?out\b|\bretry (?:time|period) (?:not reached|exceeded|expired)|\bunable to (?:connect|deliver|reach)\b|\bdid not (?:accept our requests|respond)|\bserver refused to talk\b|\bdelivery temporarily\b|\bin queue too long\b|\bcannot (?:connect|reach)\b|\bno (?:answer|response) from\b/i,
    example: '550 4.4.1 The connection to mx.example.net timed out',
  },
  {
    id: 'server-failure',
    fault: 'temporary',
    pattern:
      /\binternal (?:system |server |software )?(?:error|failure)\b|\bsystem (?:error|problem|not accepting|not capable|resources?)\b|\bout of memory\b|\bserver (?:error|busy|unavailable|down|configuration (?:error|problem))\b|\b(?:local|configuration|database|software|processing|lookup|delivery) (?:error|problem)\b(?! *: *dd)|\bservice (?:currently |temporarily |is )?(?:unavailable|not available|refuse)|\bresources? (?:temporarily )?(?:unavailable|exceeded)|\bcould not load drd\b|\bmail (?:server|system) (?:is )?(?:down|busy)|\bshutting down\b|\bdatabase returned invalid\b|\bforwarding recipient\b/i,
    example: '550 An internal server error occurred',
  },
];
