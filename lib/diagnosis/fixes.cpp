#include "diagnosis/fixes.h"

#include <algorithm>
#include <iterator>

namespace alohook {
namespace {

using enum CauseId;

constexpr std::string_view in_ruby = "Ruby";
constexpr std::string_view in_node = "Node";
constexpr std::string_view in_python = "Python";
constexpr std::string_view in_php = "PHP";
constexpr std::string_view in_go = "Go";
constexpr std::string_view in_java = "Java";
constexpr std::string_view in_csharp = "C#";
constexpr std::string_view anywhere = {};

constexpr std::string_view languages_in_order[] = {in_ruby, in_node, in_python, in_php,
                                                   in_go,   in_java, in_csharp};

// How to get the raw bytes in each language; most causes need this.
constexpr std::string_view raw_ruby = "verify request.raw_post (Rails) or request.body.read (Rack)";
constexpr std::string_view raw_node = "express.raw({type: () => true}) on the route; verify req.body";
constexpr std::string_view raw_python = "request.get_data() (Flask), request.body (Django, FastAPI)";
constexpr std::string_view raw_php = "file_get_contents('php://input') or $request->getContent()";
constexpr std::string_view raw_go = "data, err := io.ReadAll(r.Body); verify data";
constexpr std::string_view raw_java = "@RequestBody byte[] body (Spring); verify it";
constexpr std::string_view raw_cs = "await Request.Body.CopyToAsync(stream); stream.ToArray()";

// One line each, short enough to fit 80 columns.
// clang-format off
constexpr FixText code_fixes[] = {
    {body_reserialised, anywhere, "Verify the raw request body before parsing it."},
    {body_reserialised, in_ruby, raw_ruby},
    {body_reserialised, in_node, raw_node},
    {body_reserialised, in_python, raw_python},
    {body_reserialised, in_php, raw_php},
    {body_reserialised, in_go, raw_go},
    {body_reserialised, in_java, raw_java},
    {body_reserialised, in_csharp, raw_cs},
    {wrong_secret, anywhere, "Compare the secret's length and hash above with the one in ALO's app settings: it may be another app's, an old one or another environment's. If it's the same, some byte of the request changed on the way."},
    {secret_whitespace, anywhere, "Remove the trailing newline, spaces or quotes from the secret, or strip it when you load it."},
    {secret_whitespace, in_ruby, "ENV.fetch('ALO_SECRET').strip"},
    {secret_whitespace, in_node, "process.env.ALO_SECRET.trim()"},
    {secret_whitespace, in_python, "os.environ['ALO_SECRET'].strip()"},
    {secret_whitespace, in_php, "trim(getenv('ALO_SECRET'))"},
    {secret_whitespace, in_go, "strings.TrimSpace(os.Getenv(\"ALO_SECRET\"))"},
    {secret_whitespace, in_java, "System.getenv(\"ALO_SECRET\").strip()"},
    {secret_whitespace, in_csharp, "Environment.GetEnvironmentVariable(\"ALO_SECRET\")!.Trim()"},
    {secret_decoded, anywhere, "Use the secret's characters as the key, even if they look like hex or Base64."},
    {secret_decoded, in_ruby, "pass secret itself, without [secret].pack('H*')"},
    {secret_decoded, in_node, "createHmac('sha256', secret), no Buffer.from(secret, 'hex')"},
    {secret_decoded, in_python, "hmac.new(secret.encode(), …), without bytes.fromhex"},
    {secret_decoded, in_php, "hash_hmac('sha256', $base, $secret), without hex2bin"},
    {secret_decoded, in_go, "hmac.New(sha256.New, []byte(secret)), no hex.DecodeString"},
    {secret_decoded, in_java, "secret.getBytes(UTF_8), without HexFormat or Base64"},
    {secret_decoded, in_csharp, "Encoding.UTF8.GetBytes(secret), no Convert.FromHexString"},
    {secret_prefix, anywhere, "Use the secret exactly as ALO shows it. Prefixes such as whsec_ belong to other providers."},
    {body_only, anywhere, "Sign \"v0:\" + timestamp + \":\" + raw body with HMAC-SHA256. ALO's prose leaves this out, its sample has it."},
    {body_only, in_ruby, "OpenSSL::HMAC.hexdigest('SHA256', secret, \"v0:#{time}:#{body}\")"},
    {body_only, in_node, "hmac.update(`v0:${timestamp}:`).update(body).digest('hex')"},
    {body_only, in_python, "hmac.new(secret, b'v0:' + time + b':' + body, hashlib.sha256)"},
    {body_only, in_php, "hash_hmac('sha256', \"v0:$timestamp:$rawBody\", $secret)"},
    {body_only, in_go, "fmt.Fprintf(mac, \"v0:%s:%s\", timestamp, body)"},
    {body_only, in_java, "mac.update((\"v0:\" + time + \":\").getBytes()); mac.doFinal(body)"},
    {body_only, in_csharp, "hmac.AppendData($\"v0:{timestamp}:\"u8…); hmac.AppendData(body)"},
    {other_template, anywhere, "Sign \"v0:\" + timestamp + \":\" + raw body: two colons, no spaces, no newline."},
    {other_encoding, anywhere, "Write the MAC as v0= and 64 lower-case hex digits."},
    {other_encoding, in_ruby, "'v0=' + OpenSSL::HMAC.hexdigest('SHA256', secret, base)"},
    {other_encoding, in_node, "'v0=' + hmac.digest('hex')"},
    {other_encoding, in_python, "'v0=' + mac.hexdigest()"},
    {other_encoding, in_php, "'v0=' . hash_hmac('sha256', $base, $secret)"},
    {other_encoding, in_go, "\"v0=\" + hex.EncodeToString(mac.Sum(nil))"},
    {other_encoding, in_java, "\"v0=\" + HexFormat.of().formatHex(digest)"},
    {other_encoding, in_csharp, "\"v0=\" + Convert.ToHexString(digest).ToLowerInvariant()"},
    {timestamp_form, anywhere, "Sign the header's own text, in whole seconds. Don't parse, format or recompute it."},
    {timestamp_form, in_ruby, "headers['X-ALO-Request-Timestamp']; to send: Time.now.to_i"},
    {timestamp_form, in_node, "req.headers['x-alo-request-timestamp']; not Date.now()"},
    {timestamp_form, in_python, "request.headers['X-ALO-Request-Timestamp']; int(time.time())"},
    {timestamp_form, in_php, "$_SERVER['HTTP_X_ALO_REQUEST_TIMESTAMP']; to send: time()"},
    {timestamp_form, in_go, "r.Header.Get(\"X-ALO-Request-Timestamp\"); time.Now().Unix()"},
    {timestamp_form, in_java, "getHeader(\"X-ALO-Request-Timestamp\"); not currentTimeMillis()"},
    {timestamp_form, in_csharp, "Request.Headers[\"X-ALO-Request-Timestamp\"]; Unix seconds"},
    {timestamp_missing, anywhere, "Read the header X-ALO-Request-Timestamp, and reject the request if it's missing."},
    {timestamp_missing, in_ruby, "request.headers['X-ALO-Request-Timestamp']"},
    {timestamp_missing, in_node, "req.headers['x-alo-request-timestamp'], in lower case"},
    {timestamp_missing, in_python, "request.headers['X-ALO-Request-Timestamp']"},
    {timestamp_missing, in_php, "$_SERVER['HTTP_X_ALO_REQUEST_TIMESTAMP']"},
    {timestamp_missing, in_go, "r.Header.Get(\"X-ALO-Request-Timestamp\")"},
    {timestamp_missing, in_java, "request.getHeader(\"X-ALO-Request-Timestamp\")"},
    {timestamp_missing, in_csharp, "Request.Headers[\"X-ALO-Request-Timestamp\"].ToString()"},
    {body_missing, anywhere, "Read the raw body once, before a parser consumes the stream, and verify those bytes."},
    {body_missing, in_ruby, "call request.body.rewind first, or use request.raw_post"},
    {body_missing, in_node, raw_node},
    {body_missing, in_python, "request.get_data() (Flask) before request.form or .json"},
    {body_missing, in_php, raw_php},
    {body_missing, in_go, "r.Body = io.NopCloser(bytes.NewReader(data)) after io.ReadAll"},
    {body_missing, in_java, "@RequestBody byte[] body (Spring), before any getParameter()"},
    {body_missing, in_csharp, "Request.EnableBuffering(); read; Request.Body.Position = 0"},
    {body_base64, anywhere, "On AWS Lambda, decode event.body exactly once if event.isBase64Encoded is true."},
    {body_base64, in_ruby, "event['isBase64Encoded'] ? Base64.decode64(body) : body"},
    {body_base64, in_node, "Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')"},
    {body_base64, in_python, "b64decode(body) if event['isBase64Encoded'] else body.encode()"},
    {body_base64, in_php, "$event['isBase64Encoded'] ? base64_decode($body) : $body"},
    {body_base64, in_go, "if event.IsBase64Encoded { base64.StdEncoding.DecodeString }"},
    {body_base64, in_java, "event.getIsBase64Encoded() ? Base64.getDecoder() … : body"},
    {body_base64, in_csharp, "request.IsBase64Encoded ? Convert.FromBase64String(body) : …"},
    {body_charset, anywhere, "Verify bytes, not decoded text. If text is unavoidable, decode and encode it as UTF-8."},
    {body_charset, in_ruby, "use the body with .b, without force_encoding or encode"},
    {body_charset, in_node, "hmac.update(body) with the Buffer, without toString()"},
    {body_charset, in_python, "use request.body (bytes), without .decode()"},
    {body_charset, in_php, "verify php://input without mb_convert_encoding"},
    {body_charset, in_go, "verify the []byte of io.ReadAll, not a string that was cleaned"},
    {body_charset, in_java, "verify the byte[], not new String(bytes) or getReader()"},
    {body_charset, in_csharp, "verify the byte[], not the text of a StreamReader"},
    {body_bom, anywhere, "Save and sign the body without a byte order mark (UTF-8 \"without BOM\")."},
    {body_bom, in_node, "verify the Buffer: TextDecoder drops the mark"},
    {body_bom, in_python, "open(…, encoding='utf-8'), not 'utf-8-sig'"},
    {body_bom, in_csharp, "new UTF8Encoding(false); StreamReader drops the mark"},
    {body_newlines, anywhere, "Sign the body exactly as received: don't trim it, append a newline, or convert line endings (printf instead of echo, curl --data-binary instead of -d)."},
    {body_newlines, in_ruby, "don't chomp or strip the body; write it with File.binwrite"},
    {body_newlines, in_node, "don't trim() the body; fs.writeFileSync(file, buffer)"},
    {body_newlines, in_python, "don't strip() the body; open files with 'rb' and 'wb'"},
    {body_newlines, in_php, "don't trim() the body"},
    {body_newlines, in_go, "don't bytes.TrimSpace(body)"},
    {body_newlines, in_java, "don't read it line by line with readLine()"},
    {body_newlines, in_csharp, "don't use ReadLineAsync() or Trim()"},
    {body_double_encoded, anywhere, "Encode the body once. Don't pass JSON text to a function that encodes JSON."},
    {body_double_encoded, in_node, "sign rawBody, not JSON.stringify(rawBody)"},
    {body_double_encoded, in_python, "requests.post(url, data=raw), not json=raw"},
    {body_double_encoded, in_php, "send $raw, not json_encode($raw)"},
    {body_double_encoded, in_java, "send the string, not writeValueAsString(string)"},
    {body_double_encoded, in_csharp, "send StringContent(raw), not JsonContent.Create(raw)"},
    {body_part, anywhere, "Sign the whole body, not one of its members."},
    {body_part, in_ruby, raw_ruby},
    {body_part, in_node, raw_node},
    {body_part, in_python, raw_python},
    {body_part, in_php, raw_php},
    {body_part, in_go, raw_go},
    {body_part, in_java, raw_java},
    {body_part, in_csharp, raw_cs},
    {body_repr, anywhere, "Sign the raw bytes. Printing a parsed body or a byte string gives another text."},
    {body_repr, in_ruby, raw_ruby},
    {body_repr, in_node, "sign the Buffer itself, not String(req.body)"},
    {body_repr, in_python, "b'v0:' + time.encode() + b':' + body, not an f-string"},
    {body_repr, in_go, "mac.Write(body), not fmt.Sprint(body)"},
    {body_repr, in_java, "mac.doFinal(bytes), not bytes.toString() or map.toString()"},
    {body_repr, in_csharp, "sign the byte[], not body.ToString()"},
    {body_url_encoded, anywhere, "Send and sign the JSON itself, with Content-Type: application/json."},
    {other_hash, anywhere, "Use HMAC with SHA-256, with the secret as its key."},
    {other_hash, in_ruby, "OpenSSL::HMAC.hexdigest('SHA256', secret, base)"},
    {other_hash, in_node, "crypto.createHmac('sha256', secret).update(base).digest('hex')"},
    {other_hash, in_python, "hmac.new(secret, base, hashlib.sha256).hexdigest()"},
    {other_hash, in_php, "hash_hmac('sha256', $base, $secret)"},
    {other_hash, in_go, "mac := hmac.New(sha256.New, secret); mac.Write(base)"},
    {other_hash, in_java, "Mac.getInstance(\"HmacSHA256\"), new SecretKeySpec(secret, …)"},
    {other_hash, in_csharp, "HMACSHA256.HashData(secret, baseString)"},
    {mac_truncated, anywhere, "Copy the whole header. A database column needs 67 characters for v0= and 64 hex digits."},
    {body_normalised, anywhere, "Sign the raw bytes before any Unicode normalization (NFC, NFD)."},
    {body_compressed, anywhere, "ALO documents no compression: sign what goes over the wire, and verify before decompressing."},
    {headers_altered, anywhere, "Pass X-ALO-Signature and X-ALO-Request-Timestamp through unchanged. Check proxies, gateways and middleware (nginx drops names with underscores)."},
    {other_provider, anywhere, "Check that ALO calls this endpoint, and that your code uses no other provider's library."},
    {clock_skew, anywhere, "Sync both clocks with NTP. Verify before queueing. Re-sign recorded requests before resending them."},
    {secret_unexpanded, anywhere, "Check how the secret gets into the program: the variable isn't set where it is expanded, op run is missing, or a .env file is read without expansion."},
    {secret_hidden_characters, anywhere, "Paste the secret again through a plain-text editor and save it as UTF-8 (PowerShell's > writes UTF-16)."},
    {several_signatures, anywhere, "Split the header at its commas and accept the request if any of the MACs is valid."},
    {key_message_swapped, anywhere, "The secret is the key and the base string is the message."},
    {key_message_swapped, in_ruby, "OpenSSL::HMAC.hexdigest('SHA256', secret, base)"},
    {key_message_swapped, in_node, "crypto.createHmac('sha256', secret).update(base).digest('hex')"},
    {key_message_swapped, in_python, "hmac.new(secret, base, hashlib.sha256): key first"},
    {key_message_swapped, in_php, "hash_hmac('sha256', $base, $secret): message before key"},
    {key_message_swapped, in_go, "mac := hmac.New(sha256.New, secret); mac.Write(base)"},
    {key_message_swapped, in_java, "Mac.getInstance(\"HmacSHA256\"), new SecretKeySpec(secret, …)"},
    {key_message_swapped, in_csharp, "HMACSHA256.HashData(secret, baseString)"},
    {body_altered, anywhere, "Verify the raw body before middleware trims, sanitizes or maps it."},
    {body_altered, in_ruby, raw_ruby},
    {body_altered, in_node, raw_node},
    {body_altered, in_python, raw_python},
    {body_altered, in_php, raw_php},
    {body_altered, in_go, raw_go},
    {body_altered, in_java, raw_java},
    {body_altered, in_csharp, raw_cs},
    {body_truncated, anywhere, "Read the whole body: check buffer sizes, column sizes and body limits."},
    {body_truncated, in_ruby, "request.body.read without a length"},
    {body_truncated, in_node, "wait for 'end', or use express.raw({limit: '1mb'})"},
    {body_truncated, in_python, "request.get_data() instead of recv(n) or read(n)"},
    {body_truncated, in_php, "check post_max_size; read php://input to its end"},
    {body_truncated, in_go, "io.ReadAll(r.Body), not one r.Body.Read(buffer)"},
    {body_truncated, in_java, "in.readAllBytes(), not one in.read(buffer)"},
    {body_truncated, in_csharp, "CopyToAsync(stream), not one ReadAsync(buffer)"},
    {body_wrapped, anywhere, "Sign the body alone, without the object, quotes or text around it."},
    {secret_unset, anywhere, "Set the secret where the signature is made, and refuse to start without it."},
    {secret_unset, in_ruby, "ENV.fetch('ALO_SECRET'), which raises if it's missing"},
    {secret_unset, in_node, "const secret = process.env.ALO_SECRET; if (!secret) throw …"},
    {secret_unset, in_python, "os.environ['ALO_SECRET'], not os.getenv(…, '')"},
    {secret_unset, in_php, "$secret = getenv('ALO_SECRET') ?: throw new Exception(…)"},
    {secret_unset, in_go, "secret, ok := os.LookupEnv(\"ALO_SECRET\"); check ok"},
    {secret_unset, in_java, "Objects.requireNonNull(System.getenv(\"ALO_SECRET\"))"},
    {secret_unset, in_csharp, "configuration[\"Alo:Secret\"] ?? throw new Exception(…)"},
    {mac_altered, anywhere, "Copy the signature again; don't type it or correct it by hand."},
};

// For a request as it arrived: the sender signed different bytes than it sent, or something changed the body in
// transit.
constexpr FixText wire_fixes[] = {
    {none, anywhere, "Sign the exact bytes you send: serialize once, sign that text, send that text. If ALO sent it, look for a proxy or tunnel that rewrites bodies."},
    {none, in_ruby, "body = event.to_json; sign(body); http.post(path, body, headers)"},
    {none, in_node, "body = JSON.stringify(event); sign(body); fetch(url, {body})"},
    {none, in_python, "body = json.dumps(event).encode(); post(url, data=body)"},
    {none, in_php, "$body = json_encode($event); sign and send $body"},
    {none, in_go, "body, err := json.Marshal(event); sign and send body"},
    {none, in_java, "byte[] body = mapper.writeValueAsBytes(event); sign and send it"},
    {none, in_csharp, "SerializeToUtf8Bytes(e), then sign it; ByteArrayContent(body)"},
};

// For a saved body that isn't what was signed: saving it changed it. The code isn't at fault.
constexpr FixText capture_fixes[] = {
    {none, anywhere, "Capture the raw bytes: alohook listen --record events.jsonl, then alohook verify events.jsonl --id ID. Or write the raw body to a file before anything parses it."},
    {none, anywhere, "If your own code made this signature, pass it with --mine."},
};
// clang-format on

/// The causes whose fixes depend on where the body came from.
constexpr CauseId about_the_body[] = {
    body_reserialised,   body_base64,  body_charset,     body_bom,     body_newlines,
    body_double_encoded, body_part,    body_url_encoded, body_repr,    body_normalised,
    body_compressed,     body_altered, body_truncated,   body_wrapped,
};

}  // namespace

std::span<const std::string_view> fix_languages() { return languages_in_order; }

std::vector<FixText> fix_texts(CauseId cause, Situation situation) {
  std::vector<FixText> texts;
  const bool is_about_body = std::ranges::find(about_the_body, cause) != std::end(about_the_body);
  if (is_about_body && situation == Situation::capture) {
    texts.assign(std::begin(capture_fixes), std::end(capture_fixes));
  } else if (is_about_body && situation == Situation::wire) {
    texts.assign(std::begin(wire_fixes), std::end(wire_fixes));
  } else {
    std::ranges::copy_if(code_fixes, std::back_inserter(texts),
                         [cause](const FixText& text) { return text.cause == cause; });
  }
  return texts;
}

}  // namespace alohook
