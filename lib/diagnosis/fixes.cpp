#include "diagnosis/causes.h"

namespace alohook {
namespace {

using enum CauseId;

constexpr std::string_view in_ruby = "Ruby";
constexpr std::string_view in_node = "Node";
constexpr std::string_view in_python = "Python";
constexpr std::string_view in_php = "PHP";
constexpr std::string_view in_go = "Go";
constexpr std::string_view anywhere = {};

// Where each language has the raw bytes: most causes end here.
constexpr std::string_view raw_ruby = "sign request.raw_post (Rails) or request.body.read (Rack), not params";
constexpr std::string_view raw_node =
    "use express.raw({type: 'application/json'}) on this route, sign the Buffer req.body, and JSON.parse it "
    "afterwards";
constexpr std::string_view raw_python =
    "sign request.get_data() (Flask), request.body (Django) or await request.body() (FastAPI), as bytes";
constexpr std::string_view raw_php =
    "sign file_get_contents('php://input') or $request->getContent(), before json_decode";
constexpr std::string_view raw_go = "data, err := io.ReadAll(r.Body); sign data, then json.Unmarshal it";

constexpr FixText fixes[] = {
    {body_reserialised, anywhere, "Sign the bytes as they came in, and parse them only afterwards."},
    {body_reserialised, in_ruby, raw_ruby},
    {body_reserialised, in_node, raw_node},
    {body_reserialised, in_python, raw_python},
    {body_reserialised, in_php, raw_php},
    {body_reserialised, in_go, raw_go},

    {wrong_secret, anywhere,
     "Compare the secret's length and hash above with the one in ALO's app settings: another app, an old "
     "secret, or "
     "another environment is likely. If the secret is right, some byte of the request was changed on the "
     "way."},

    {secret_whitespace, anywhere,
     "Store the secret without line end, blanks and quotes, or strip it when it is loaded."},
    {secret_whitespace, in_ruby, "ENV.fetch('ALO_SECRET').strip"},
    {secret_whitespace, in_node, "process.env.ALO_SECRET.trim()"},
    {secret_whitespace, in_python, "os.environ['ALO_SECRET'].strip()"},
    {secret_whitespace, in_php, "trim(getenv('ALO_SECRET'))"},
    {secret_whitespace, in_go, "strings.TrimSpace(os.Getenv(\"ALO_SECRET\"))"},

    {secret_decoded, anywhere,
     "Use the secret's characters as the key, even when they look like hex or Base64."},
    {secret_decoded, in_ruby, "OpenSSL::HMAC.hexdigest('SHA256', secret, base) without [secret].pack('H*')"},
    {secret_decoded, in_node, "crypto.createHmac('sha256', secret) without Buffer.from(secret, 'hex')"},
    {secret_decoded, in_python, "hmac.new(secret.encode(), …) without bytes.fromhex or base64.b64decode"},
    {secret_decoded, in_php, "hash_hmac('sha256', $base, $secret) without hex2bin or base64_decode"},
    {secret_decoded, in_go, "hmac.New(sha256.New, []byte(secret)) without hex.DecodeString"},

    {secret_prefix, anywhere,
     "Use the secret exactly as ALO shows it; prefixes such as whsec_ belong to other providers."},

    {body_only, anywhere,
     "Sign \"v0:\" + timestamp + \":\" + raw body with HMAC-SHA256; ALO's prose leaves this out, its sample "
     "has it."},
    {body_only, in_ruby, "OpenSSL::HMAC.hexdigest('SHA256', secret, \"v0:#{timestamp}:#{raw_body}\")"},
    {body_only, in_node,
     "crypto.createHmac('sha256', secret).update(`v0:${timestamp}:`).update(rawBody).digest('hex')"},
    {body_only, in_python,
     "hmac.new(secret, b'v0:' + timestamp + b':' + raw_body, hashlib.sha256).hexdigest()"},
    {body_only, in_php, "hash_hmac('sha256', \"v0:$timestamp:$rawBody\", $secret)"},
    {body_only, in_go,
     "mac := hmac.New(sha256.New, secret); fmt.Fprintf(mac, \"v0:%s:%s\", timestamp, body)"},

    {other_template, anywhere,
     "Sign \"v0:\" + timestamp + \":\" + raw body: two colons, no blanks, no line end."},

    {other_encoding, anywhere, "Write the MAC as v0= and 64 lower-case hex digits."},
    {other_encoding, in_ruby, "'v0=' + OpenSSL::HMAC.hexdigest('SHA256', secret, base)"},
    {other_encoding, in_node, "'v0=' + hmac.digest('hex')"},
    {other_encoding, in_python, "'v0=' + mac.hexdigest()"},
    {other_encoding, in_php, "'v0=' . hash_hmac('sha256', $base, $secret)  (the fourth argument left out)"},
    {other_encoding, in_go, "\"v0=\" + hex.EncodeToString(mac.Sum(nil))"},

    {timestamp_form, anywhere,
     "Sign the header's own text, in whole seconds; do not parse, format or recompute it."},
    {timestamp_form, in_ruby,
     "Time.now.to_i.to_s when sending; request.headers['X-ALO-Request-Timestamp'] when verifying"},
    {timestamp_form, in_node,
     "Math.floor(Date.now() / 1000) when sending; req.headers['x-alo-request-timestamp'] when verifying"},
    {timestamp_form, in_python,
     "str(int(time.time())) when sending; request.headers['X-ALO-Request-Timestamp'] when verifying"},
    {timestamp_form, in_php, "time() when sending; $_SERVER['HTTP_X_ALO_REQUEST_TIMESTAMP'] when verifying"},
    {timestamp_form, in_go,
     "time.Now().Unix() when sending; r.Header.Get(\"X-ALO-Request-Timestamp\") when verifying"},

    {timestamp_missing, anywhere,
     "Read the header X-ALO-Request-Timestamp, and refuse the request when it is not there."},
    {timestamp_missing, in_ruby,
     "request.headers['X-ALO-Request-Timestamp'] (Rack: env['HTTP_X_ALO_REQUEST_TIMESTAMP'])"},
    {timestamp_missing, in_node, "req.headers['x-alo-request-timestamp'], in lower case"},
    {timestamp_missing, in_python, "request.headers['X-ALO-Request-Timestamp']"},
    {timestamp_missing, in_php, "$_SERVER['HTTP_X_ALO_REQUEST_TIMESTAMP']"},
    {timestamp_missing, in_go, "r.Header.Get(\"X-ALO-Request-Timestamp\")"},

    {body_missing, anywhere,
     "Read the raw body once, before any parser consumes the stream, and sign those bytes."},
    {body_missing, in_ruby, "call request.body.rewind before request.body.read, or use request.raw_post"},
    {body_missing, in_node, raw_node},
    {body_missing, in_python, "call request.get_data() (Flask) before request.form or request.json"},
    {body_missing, in_php, raw_php},
    {body_missing, in_go,
     "after io.ReadAll(r.Body) put it back: r.Body = io.NopCloser(bytes.NewReader(data))"},

    {body_base64, anywhere,
     "On AWS Lambda, decode event.body exactly once when event.isBase64Encoded is true."},
    {body_base64, in_node, "Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8')"},
    {body_base64, in_python,
     "base64.b64decode(event['body']) if event['isBase64Encoded'] else event['body'].encode()"},

    {body_charset, anywhere,
     "Sign bytes, not decoded text; where text is unavoidable, decode and encode it as UTF-8."},
    {body_charset, in_ruby, "use the body with .b, without force_encoding or encode"},
    {body_charset, in_node, "hmac.update(rawBody) with the Buffer, without toString('latin1') or 'ascii'"},
    {body_charset, in_python, "use request.body (bytes), without .decode('latin-1')"},
    {body_charset, in_php, "sign php://input without utf8_encode or mb_convert_encoding"},
    {body_charset, in_go, "sign the []byte of io.ReadAll"},

    {body_bom, anywhere, "Save and sign the body without a byte order mark (UTF-8 \"without BOM\")."},

    {body_newlines, anywhere,
     "Sign the body to its last byte: no trim, no added line end (printf instead of echo, curl --data-binary "
     "instead of "
     "-d), no LF/CRLF conversion when saving it."},
    {body_newlines, in_ruby, "do not chomp or strip the body; write it with File.binwrite"},
    {body_newlines, in_python, "do not strip the body; open files with 'rb' and 'wb'"},

    {body_double_encoded, anywhere,
     "Encode the body once; do not pass JSON text to a function that encodes JSON."},
    {body_double_encoded, in_node, "sign rawBody, not JSON.stringify(rawBody)"},
    {body_double_encoded, in_python, "requests.post(url, data=raw), not json=raw"},

    {body_part, anywhere, "Sign the whole body, not one of its members."},
    {body_part, in_ruby, raw_ruby},
    {body_part, in_node, raw_node},
    {body_part, in_python, raw_python},
    {body_part, in_php, raw_php},
    {body_part, in_go, raw_go},

    {body_repr, anywhere,
     "Sign the raw bytes; printing a parsed body or a byte string gives something else."},
    {body_repr, in_ruby, raw_ruby},
    {body_repr, in_node, "sign the Buffer itself, not JSON.stringify(buffer)"},
    {body_repr, in_python,
     "join bytes: b'v0:' + timestamp.encode() + b':' + raw_body; an f-string prints b'…'"},

    {body_url_encoded, anywhere, "Send and sign the JSON itself, with Content-Type: application/json."},

    {other_hash, anywhere, "Use HMAC with SHA-256, the secret as its key."},
    {other_hash, in_ruby, "OpenSSL::HMAC.hexdigest('SHA256', secret, base)"},
    {other_hash, in_node, "crypto.createHmac('sha256', secret), not createHash"},
    {other_hash, in_python, "hmac.new(secret, base, hashlib.sha256), not hashlib.sha256(secret + base)"},
    {other_hash, in_php, "hash_hmac('sha256', $base, $secret), not hash('sha256', $secret . $base)"},
    {other_hash, in_go, "hmac.New(sha256.New, secret), not sha256.Sum256"},

    {mac_truncated, anywhere,
     "Copy the whole header; a database column needs 67 characters for v0= and 64 hex digits."},

    {body_normalised, anywhere, "Sign the raw bytes before any Unicode normalisation (NFC, NFD)."},

    {body_compressed, anywhere,
     "ALO documents no compression: sign what goes over the wire, and verify before decompressing."},

    {headers_altered, anywhere,
     "Pass X-ALO-Signature and X-ALO-Request-Timestamp through unchanged; look at proxies, gateways and "
     "middleware "
     "(nginx drops names with underscores)."},

    {other_provider, anywhere,
     "Check that this endpoint is called by ALO, and that the code uses no other provider's library."},

    {clock_skew, anywhere,
     "Set the clock by NTP on both sides; verify at once instead of from a queue; sign anew when a recorded "
     "request is "
     "sent again."},

    {secret_unexpanded, anywhere,
     "Look at how the secret gets into the program: the variable was not set where it is expanded, op run is "
     "missing, or "
     "a .env file is read without expansion."},

    {secret_hidden_characters, anywhere,
     "Paste the secret anew through a plain-text editor and save it as ASCII or UTF-8 (PowerShell's > writes "
     "UTF-16)."},

    {several_signatures, anywhere,
     "Split the header at its commas and accept the request when any one of the MACs is right."},

    {key_message_swapped, anywhere, "The secret is the key and the base string is the message."},
    {key_message_swapped, in_ruby, "OpenSSL::HMAC.hexdigest('SHA256', secret, base)"},
    {key_message_swapped, in_node, "crypto.createHmac('sha256', secret).update(base)"},
    {key_message_swapped, in_python, "hmac.new(secret, base, hashlib.sha256): key first"},
    {key_message_swapped, in_php, "hash_hmac('sha256', $base, $secret): message before key"},
    {key_message_swapped, in_go, "mac := hmac.New(sha256.New, secret); mac.Write(base)"},
};

}  // namespace

std::span<const FixText> fix_texts() { return fixes; }

}  // namespace alohook
