import type { VerdictRow } from './fault.ts';

/** Words for a recipient that does not exist or takes no email. */
export const recipientWording: readonly VerdictRow[] = [
  {
    id: 'unknown-user',
    fault: 'recipient',
    pattern:
      /\bunknown (?:local[- ]part|local user|user|recipient|address(?:ee)?|mailbox|account|rcpt|destinataire)\b|\b(?:no such|not (?:a|our) (?:valid |known |local )?|non[- ]?existent|inexistent|invalid|illegal|bad|incorrect|wrong|undeliverable|unrouteable|unroutable|nonlocal) (?:\w{1,10} )?(?:users?|recipients?|destinat\w{2,8}|mail ?box(?:es)?|addresse?e?|e-?mail(?: address)?|person|accounts?|local part|alias|customer|subscriber|rcpt)\b|\binvalid-recipient\b|\b(?:user|recipient|mail ?box|account|address(?:ee)?|e-?mail|rcpt)(?: ?\([^)]{0,30}\))?(?: \S{1,40})?(?: is| was| does| do| has| could| can)?(?: currently)? ?(?:unknown|not (?:found|known|recogni[sz]ed|exist|listed|valid|registered|a valid|available here)|doesn't exist|nonexistent|invalid|been removed|does not exist)\b|\b(?:user|recipient|mail ?box|account|address|inbox)\b[^.:;]{0,40}\b(?:not|doesn't|doesnt|n't) exist\b|\bdoesn't have an? \S{1,60} account\b|\bnot our (?:customer|user)\b|\bno longer (?:on server|valid|active|exists?|available|here|with)\b|\b(?:not|n't) (?:find|have) (?:\w{1,10} ){0,3}(?:recipient|mailbox|user|account)\b|\bnot in (?:the )?(?:recipient|user) (?:list|table|map|database)\b|\baddress(?: \S{1,40})? (?:not found|rejected)\b(?! *:)|\bmarked as invalid\b|\brecip(?:ient)?notfound\b|\bno mailbox (?:here|by that name|found)\b|\bunknown[- ]?user\b|\bno account by that name\b|\brecipient(?:s)?(?: address)? (?:unavailable|undeliverable)\b|\bno matches to nameserver\b/i,
    example: '550 No such user here',
  },
  {
    id: 'unknown-user-in-other-languages',
    fault: 'recipient',
    pattern:
      /\b(?:destinataire|utilisateur|adresse)\b[^.:;]{0,30}\b(?:inconnue?|invalide|inexistante?|n'existe pas|introuvable)|\b(?:benutzer|empfaenger|empfanger|postfach|adresse|konto)\b[^.:;]{0,30}\b(?:unbekannt|existiert nicht|nicht gefunden|nicht (?:vorhanden|bekannt)|ungultig|ungueltig)|\b(?:usuario|destinatario|utente|casella|cuenta|conta|caixa postal|indirizzo|direccion|endereco)\b[^.:;]{0,30}\b(?:desconocid[oa]|desconhecid[oa]|sconosciut[oa]|no existe|nao existe|inesistente|inexistente|non esiste|non trovat[oa]|inval(?:id|ido)|non valid[oa])|\b(?:gebruiker|geadresseerde|postbus)\b[^.:;]{0,30}\b(?:onbekend|bestaat niet)|\bnie (?:istnieje|ma takiego)\b|\bnieznany (?:uzytkownik|adresat)\b|\bneexistuje\b|\u0442\u0430\u043a\u043e\u0433\u043e \u043f\u043e\u043b\u044c\u0437\u043e\u0432\u0430\u0442\u0435\u043b\u044f|\u043d\u0435 \u043d\u0430\u0438\u0306?\u0434\u0435\u043d|\u043d\u0435 \u0441\u0443\u0449\u0435\u0441\u0442\u0432\u0443\u0435\u0442|\u7528\u6237\u4e0d\u5b58\u5728|\u6536\u4ef6\u4eba\u4e0d\u5b58\u5728|\u90ae\u7bb1\u4e0d\u5b58\u5728/i,
    example: '550 5.1.1 Destinataire inconnu',
  },
  {
    id: 'disabled-mailbox',
    fault: 'recipient',
    pattern:
      /\b(?:user|recipient|mail ?box|account|address|compte|boite)\b(?: \S{1,30}){0,4}? (?:is |has been |was |est )?(?:currently )?(?:disabled|inactive|deactivated|suspended|frozen|archived|archivee|closed|deleted|expired|terminated|cancell?ed|not active|discontinued|retired)\b|\b(?:mail ?box|account|compte)\b(?: \S{1,30}){0,3}? (?:is ?|has been |est )(?:blocked|bloque|locked out)\b(?! (?:by|using|for) )|\b(?:disabled|inactive|deactivated|suspended|archived|closed|deleted|expired|dormant) (?:recipient|user|mail ?box|account|address|e-?mail)\b|\bover \d{1,4} days (?:inactive|without login)\b|\bno longer (?:in use|used|accepting|accepts)\b|\bmoved to\b[^.]{0,40}\bupdate your\b|\bmailbox owner has changed\b/i,
    example: '550 5.2.1 The mailbox is disabled',
  },
  {
    id: 'closed-to-outsiders',
    fault: 'recipient',
    pattern:
      /\brejected by recipients?\b|\brecipient preferences\b|\b(?:group|mailing list|distribution list|list)\b[^.]{0,40}\b(?:only accepts?|not accept|members only|restricted|closed)\b|\bmail rejected by destination domain\b|\bsender not authenticated for (?:group|mailbox|recipient)\b|\brecipient (?:does not|doesn't|is not|only) accept/i,
    example: '550 Refused because of the recipient preferences',
  },
  {
    id: 'no-domain',
    fault: 'recipient',
    cause: 'no-domain',
    pattern:
      /\bno such (?:domain|host)\b|\binvalid domain\b|\bdomain (?:name )?(?:does not|doesn't|doesnt) exist\b|\bnxdomain\b|\bnull mx\b|\b(?:unknown|bad destination) (?:domain|host)\b|\bhost (?:or domain name )?(?:unknown|not found)\b|\bdomain(?: name)? not found\b|\bno-domain\b|\bdomain is not reachable\b|\binvalid dns mx\b|\bdoes(?: not|n't) (?:receive|accept) (?:e-?)?mail\b|\bable to find the (?:recipient )?domain\b|\bno (?:mx|mail exchanger)(?: record)?s?\b|\bdomain owner has changed\b|\brecipient domain\b[^.]{0,20}\b(?:not found|invalid|unknown)\b/i,
    example: '550 5.4.4 Host or domain name not found',
  },
];

/** Words that servers use for a recipient, and also in front of the real reason. */
export const vagueRecipientWording: readonly VerdictRow[] = [
  {
    id: 'mailbox-unavailable',
    fault: 'recipient',
    pattern:
      /\b(?:mail ?box|user|recipient|account) (?:is )?(?:unavailable|not available)\b|\bmail ?box not found\b|\brecipient(?:s| address(?:es)?)? (?:\S{1,40} )?(?:was |were )?(?:rejected|refused|denied)\b(?! *: *(?:blocked|block-|ers-|policy|spam|greylist))|\brecipient (?:not allowed|not accepted)\b/i,
    example: '550 Requested action not taken: mailbox unavailable',
  },
];
