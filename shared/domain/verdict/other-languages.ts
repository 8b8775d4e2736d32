import { anyOf } from './any-of.ts';
import type { VerdictRow } from './fault.ts';
import { plainLetters } from './plain-letters.ts';

// cspell:disable -- words of other languages

/** As `anyOf`. The words are written as in the language, and compared without accents, as the answer is. */
const words = (alternatives: readonly string[]) => anyOf(alternatives.map(plainLetters));

/**
 * Answers in other languages than English. They are short: the noun says whom the server refuses. JavaScript's `\b` knows only Latin letters, so
 * words in other letters have none.
 */
export const otherLanguages: readonly VerdictRow[] = [
  {
    id: 'full-mailbox-in-other-languages',
    fault: 'temporary',
    pattern: words([
      String.raw`\b(?:postfach|konto|kontos|speicherplatz)\b[^.:;]{0,40}\b(?:voll|überfüllt|ueberfuellt|überschritten|ueberschritten)\b`,
      String.raw`\bzu ?viele (?:e-?mails|mails|nachrichten) (?:auf|im|in)\b`,
      String.raw`\b(?:boîte|bo\^ite|messagerie)\b[^.:;]{0,40}\b(?:pleine|saturée)\b`,
      String.raw`\bquota\b[^.:;]{0,20}\b(?:dépassé|superato|superada|excedida|überschritten)`,
      String.raw`\b(?:buzón|casilla|cuota|bandeja)\b[^.:;]{0,40}\b(?:llen[oa]|excedid[oa]|superad[oa])\b`,
      String.raw`\bcaixa\b[^.:;]{0,40}\bcheia\b`,
      String.raw`\bcasella\b[^.:;]{0,40}\bpiena\b`,
      String.raw`\b(?:mailbox|postvak|postbus|inbox)\b[^.:;]{0,20}\bvol\b`,
      String.raw`\bskrzynk\w{1,3}\b[^.:;]{0,40}\b(?:pełna|przepełniona)\b`,
      String.raw`\bpełna skrzynka\b`,
      String.raw`\bschránka\b[^.:;]{0,40}\bplná\b`,
      'перепол',
      '(?:邮箱|郵箱|信箱|空间|空間|容量).{0,8}(?:满|滿|不足)',
      'いっぱい',
    ]),
    example: '552 Boîte du destinataire pleine',
  },
  {
    id: 'later-in-other-languages',
    fault: 'temporary',
    pattern: words([
      String.raw`\b(?:plus tard|später|spaeter|más tarde|mais tarde|più tardi|później|senare|senere)\b`,
      String.raw`\b(?:temporair\w{1,6}|temporal|temporalmente|temporariamente|temporaneamente|vorübergehend|voruebergehend|tijdelijk|tymczasow[oy]|dočasn\w{1,3})\b`,
      String.raw`\b(?:abwesenheit\w{0,10}|automatische antwort|réponse automatique|respuesta automática|risposta automatica)\b`,
      '(?:временно|позже|позднее|暂时|暫時|稍后|稍後|一時的)',
    ]),
    example: '550 Service refusé, veuillez essayer plus tard',
  },
  {
    id: 'sender-in-other-languages',
    fault: 'sender',
    cause: 'policy',
    pattern: words([
      String.raw`\b(?:absender|absenders|remitente|remetente|mittente|expéditeur|émetteur|afzender|avsändare|avsändaren|avsender|afsender|nadawc[ay]|odesílatel|odesilatel|feladó|gönderen)\b`,
      '(?:отправител|发件人|寄件人|寄件者|发信人|发送方|送信者|差出人)',
      String.raw`\b(?:adresse ip|indirizzo ip|dirección ip|endereço ip|adres ip|ip-adress?e?)\b`,
      String.raw`\b(?:ihre|votre|su|seu|sua|vostro|uw|twój|váš) (?:ip|mailserver|server|serveur|servidor|dominio)\b`,
      String.raw`\bemails? envoyés\b`,
      String.raw`\b(?:liste noire|lista negra|lista nera|sperrliste)\b`,
      String.raw`\b(?:trop de connexions|zu viele verbindungen|demasiadas conexiones|troppe connessioni)\b`,
      String.raw`\b(?:authentification requise|incident de spam)\b`,
    ]),
    example: '550 Absender abgelehnt',
  },
  {
    id: 'message-in-other-languages',
    fault: 'message',
    pattern: words([
      String.raw`\b(?:comme|als|como|come|jako|som) (?:du |un |en )?(?:spam|pourriel|junk)\b`,
      String.raw`\b(?:antyspam\w{0,6}|contenido (?:de )?spam|spam erkannt|mail rejeté|message rejeté)\b`,
      String.raw`\b(?:mensaje|mensagem|messaggio|nachricht|wiadomość)\b[^.:;]{0,40}\bspam\b`,
      String.raw`\b(?:taille|taille limite) du message\b`,
      String.raw`\bmessage trop (?:gros|volumineux|grand)\b`,
      String.raw`\bnachricht (?:ist )?zu (?:groß|gross)\b`,
      String.raw`\b(?:mensaje|mensagem|messaggio)\b[^.:;]{0,20}\b(?:grande|grandes)\b`,
      '(?:спам|垃圾邮件|垃圾郵件|迷惑メール|病毒|ウイルス|вирус)',
    ]),
    example: '554 Nachricht als Spam abgelehnt',
  },
  {
    id: 'recipient-in-other-languages',
    fault: 'recipient',
    pattern: words([
      String.raw`\b(?:destinataire|destinatario|destinatário|destinatari|utilisateur|usuario|usuário|utente|benutzer|empfänger|empfaenger|postfach|postfachs|gebruiker|geadresseerde|ontvanger|użytkownik|użytkownika|odbiorc[ay]|adresat|adresata|příjemce|uživatel|mottagare|mottagaren|modtager|bruger|címzett|alıcı|kullanıcı|compte|boîte|cuenta|conta|buzón|buzon|casella|skrzynka|indirizzo|dirección|endereço|adresse)\b`,
      String.raw`\b(?:unbekannt\w{0,2}|inconnue?|desconocid[oa]|desconhecid[oa]|sconosciut[oa]|onbekende?|nieznan[ya]|ok[äa]nd|ukendt|ukjent|ismeretlen|neznám\w|inexistante?|inesistente|introuvable)\b`,
      String.raw`\b(?:n'existe pas|existiert nicht|no existe|não existe|non esiste|bestaat niet|nie istnieje|nie ma takiego|neexistuje|finns inte|findes ikke|nicht gefunden|niet gevonden|no se ha encontrado|non trovat[oa])\b`,
      '(?:пользовател|получател|адресат|абонент|ящик|не найден|не существует|такого адреса)',
      '(?:用户|用戶|收件人|邮箱|郵箱|帐号|账号|帳號|帐户|账户|信箱|域名不存在|不存在)',
      '(?:ユーザ|宛先|受信者|メールアドレス|存在しません|見つかりません|수신자|사용자)',
    ]),
    example: '550 5.1.1 Destinataire inconnu',
  },
  {
    id: 'refused-in-other-languages',
    fault: 'sender',
    cause: 'policy',
    pattern: words([
      String.raw`\b(?:bloqueado|blockiert|geblockt|gesperrt|bloccato|zablokowany|geblokkeerd|bloqueo|bloqu[ée]e?s?|odrzucon[aoy]|abgelehnt|rechazado|rifiutato)\b`,
    ]),
    example: '550 Zugriff abgelehnt',
  },
];
