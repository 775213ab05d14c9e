/** What both nodes have: the listener and the log. */
import { duration, flag, huge, integer, level, maxPort, section, text } from './kinds.ts';

const certificate = section(
  {
    Enabled: flag(false, 'Use the certificate below.'),
    StoreName: text('My', 'Certificate store.'),
    StoreLocation: text('LocalMachine', 'LocalMachine or CurrentUser.'),
    SubjectName: text('', 'Subject of the certificate, e.g. CN=web1.example.com.'),
    Thumbprint: text('', 'SHA-1 in hex; decides when several certificates share a subject.'),
  },
  'A certificate chosen from a store.',
);

export const kestrel = (port: number) =>
  section(
    {
      Port: integer(port, 1, maxPort, 'Listening port.'),
      Host: text(
        'localhost',
        'Public host name of this node, used in generated links; it does not restrict the bind address.',
      ),
      BindAddress: text('', 'Interface to bind; empty tries :: and then 0.0.0.0.'),
      HttpsEnabled: flag(
        false,
        'Serve HTTPS on Port; must be false: this version has no TLS of its own, put a proxy in front.',
      ),
      HttpsCertificate: certificate,
      Limits: section(
        {
          MaxJsonBodySize: integer(
            100_000_000,
            1024,
            huge,
            'Largest JSON request body in bytes; above it the answer is 413.',
          ),
          MaxRequestBodySize: integer(
            4_294_967_295,
            1024,
            huge,
            'Largest uploaded file in bytes; above it the answer is 413.',
          ),
          RequestTimeout: duration('01:00:00', 'Longest time one request may take.'),
          HeadersTimeout: duration('00:00:30', 'Longest wait for the headers of a request.'),
          KeepAliveTimeout: duration('00:02:00', 'How long an idle connection is kept.'),
        },
        'What one client may ask of the listener.',
      ),
    },
    'The listener; the name is kept for compatibility.',
  );

export const logging = section(
  {
    IncludeScopes: flag(false, 'Accepted for compatibility; every line carries its correlation id anyway.'),
    LogsPath: text('', 'Folder of the log files; empty means the default.'),
    MaxLogsFilesNumber: integer(10, 1, 10_000, 'Daily log files kept.'),
    LogLevel: section(
      {
        Default: level('Least severe product event that is written.'),
        System: level('Platform events.'),
        Microsoft: level('Events of the HTTP and database libraries.'),
      },
      'Severity per source.',
    ),
  },
  'Log files.',
);
