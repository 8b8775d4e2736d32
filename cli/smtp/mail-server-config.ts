/** What a mail server needs to send through SES. */
export type SmtpAccount = {
  /** `email-smtp.us-east-1.amazonaws.com` */
  readonly host: string;
  readonly port: number;
  /** The id of the access key. */
  readonly username: string;
  readonly password: string;
  /** Named in a header of each email, so that its bounces and complaints reach the stack. */
  readonly configurationSet: string;
};

export type MailServer = 'postfix' | 'exim' | 'sendmail';

/** Whether TLS begins with the connection, or after STARTTLS. */
export const isImplicitTls = (port: number): boolean => port === 465 || port === 2465;

/** The header by which an email names its configuration set. SES removes it before it sends the email. */
const header = 'X-SES-CONFIGURATION-SET';

/** Returns the files of a mail server that relays to SES, as text to read and to copy. */
export const mailServerConfig: Readonly<Record<MailServer, (account: SmtpAccount) => string>> = {
  // https://www.postfix.org/SASL_README.html#client_sasl
  postfix: ({ host, port, username, password, configurationSet }) => `# /etc/postfix/main.cf
relayhost = [${host}]:${port}
smtp_sasl_auth_enable = yes
smtp_sasl_security_options = noanonymous
smtp_sasl_password_maps = texthash:/etc/postfix/ses_password
smtp_tls_security_level = secure
smtp_tls_CApath = /etc/ssl/certs
${isImplicitTls(port) ? 'smtp_tls_wrappermode = yes\n' : ''}smtp_header_checks = regexp:/etc/postfix/ses_headers

# /etc/postfix/ses_password (chown root:root, chmod 600)
[${host}]:${port} ${username}:${password}

# /etc/postfix/ses_headers
/^From:/ PREPEND ${header}: ${configurationSet}

# Then: postfix reload
`,
  // https://www.exim.org/exim-html-current/doc/html/spec_html/ch-smtp_authentication.html
  exim: ({ host, port, username, password, configurationSet }) => `# routers, before the one that looks up MX records
ses:
  driver = manualroute
  domains = ! +local_domains
  transport = ses_smtp
  route_list = * ${host} byname

# transports
ses_smtp:
  driver = smtp
  port = ${port}
${isImplicitTls(port) ? '  protocol = smtps\n' : ''}  hosts_require_auth = *
  hosts_require_tls = *
  tls_verify_certificates = system
  tls_verify_hosts = *
  headers_remove = ${header}
  headers_add = ${header}: ${configurationSet}

# authenticators
ses_login:
  driver = plaintext
  public_name = LOGIN
  client_send = : ${username} : ${password}
`,
  // https://www.sendmail.org/~ca/email/auth.html
  sendmail: ({
    host,
    port,
    username,
    password,
    configurationSet,
  }) => `# /etc/mail/authinfo (chmod 600), then: makemap hash /etc/mail/authinfo < /etc/mail/authinfo
AuthInfo:${host} "U:root" "I:${username}" "P:${password}" "M:LOGIN"

# /etc/mail/access, then: makemap hash /etc/mail/access < /etc/mail/access
TLS_Srv:${host} ENCR:128

# /etc/mail/sendmail.mc, before the MAILER lines
define(\`SMART_HOST', \`${host}')dnl
define(\`RELAY_MAILER_ARGS', \`TCP $h ${port}')dnl
define(\`confAUTH_MECHANISMS', \`LOGIN PLAIN')dnl
FEATURE(\`access_db')dnl
FEATURE(\`authinfo', \`hash -o /etc/mail/authinfo.db')dnl
LOCAL_CONFIG
H${header}: ${configurationSet}

# Then: make -C /etc/mail, and restart sendmail
`,
};
