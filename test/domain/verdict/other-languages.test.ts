import { bounceVerdict } from '../../../shared/domain/verdict/verdict.ts';

// cspell:disable -- words of other languages

test.each([
  ['550 Der Empfänger ist unbekannt', 'recipient'],
  ['550 Empfaenger existiert nicht', 'recipient'],
  ['550 5.1.1 Boîte aux lettres introuvable', 'recipient'],
  ['550 La cuenta de correo no existe', 'recipient'],
  ['550 Usuário desconhecido', 'recipient'],
  ["550 L'utente non esiste", 'recipient'],
  ['550 Deze gebruiker bestaat niet', 'recipient'],
  ['550 Użytkownik nie istnieje', 'recipient'],
  ['550 Mottagaren finns inte', 'recipient'],
  ['550 Пользователь не найден', 'recipient'],
  ['550 5.1.1 收件人不存在', 'recipient'],
  ['550 ユーザーが存在しません', 'recipient'],
  ['550 사용자를 찾을 수 없습니다', 'recipient'],
  ['552 Das Postfach ist voll', 'temporary'],
  ['552 La boîte du destinataire est pleine', 'temporary'],
  ['552 El buzón está lleno', 'temporary'],
  ['552 Skrzynka odbiorcy jest pełna', 'temporary'],
  ['552 Почтовый ящик переполнен', 'temporary'],
  ['552 收件人邮箱空间已满', 'temporary'],
  ['552 メールボックスがいっぱいです', 'temporary'],
  ['550 Bitte versuchen Sie es später erneut', 'temporary'],
  ['550 Servizio temporaneamente non disponibile', 'temporary'],
  ['550 5.7.1 Absender unbekannt', 'sender'],
  ['550 Dirección IP en lista negra', 'sender'],
  ['550 Votre serveur est bloqué', 'sender'],
  ['550 Домен отправителя не существует', 'sender'],
  ['550 发件人被拒绝', 'sender'],
  ['554 Message considéré comme spam', 'message'],
  ['554 Nachricht ist zu groß', 'message'],
  ['554 Письмо содержит вирус', 'message'],
  ['554 垃圾邮件', 'message'],
])('%s: %s', (diagnosticCode, fault) => {
  for (const text of [diagnosticCode, diagnosticCode.normalize('NFD'), diagnosticCode.toUpperCase()])
    expect([text, bounceVerdict({ diagnosticCode: text, status: '5.0.0' }).fault]).toEqual([text, fault]);
});

test.each([
  ['550 Uzytkownik nie istnieje', 'recipient'],
  ['550 Empfanger unbekannt', 'recipient'],
  ['552 Skrzynka przepelniona', 'temporary'],
  ['550 Expediteur refuse', 'sender'],
])('words whose accents a server leaves out are recognized: %s', (diagnosticCode, fault) => {
  expect(bounceVerdict({ diagnosticCode }).fault).toBe(fault);
});
