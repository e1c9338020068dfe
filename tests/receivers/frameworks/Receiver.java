import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The JDK's own server; run as `java Receiver.java`. */
public class Receiver {
  static final byte[] SECRET = System.getenv("ALOHOOK_SECRET").getBytes(StandardCharsets.UTF_8);
  static final String ENCODING = System.getenv().getOrDefault("ALO_ENCODING", "v0");
  static final Pattern CHALLENGE = Pattern.compile("\"challenge\"\\s*:\\s*(\"(?:[^\"\\\\]|\\\\.)*\"|[^,}\\s]+)");

  static String only(HttpExchange exchange, String name) {
    var values = exchange.getRequestHeaders().get(name);
    return values == null || values.size() != 1 ? "" : values.get(0);
  }

  static boolean isAuthentic(String timestamp, String signature, byte[] body) throws Exception {
    if (!timestamp.matches("[0-9]{1,12}")) return false;
    if (Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(timestamp)) > 300) return false;
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
    mac.update(("v0:" + timestamp + ":").getBytes(StandardCharsets.UTF_8));
    byte[] digest = mac.doFinal(body);
    String expected = ENCODING.equals("base64") ? Base64.getEncoder().encodeToString(digest)
        : (ENCODING.equals("v0") ? "v0=" : "") + HexFormat.of().formatHex(digest);
    return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
  }

  static void answer(HttpExchange exchange, int status, String type, String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  static void handle(HttpExchange exchange) throws Exception {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (!exchange.getRequestMethod().equals("POST")) {
      answer(exchange, 405, "text/plain", "only POST\n");
    } else if (!isAuthentic(only(exchange, "X-ALO-Request-Timestamp"), only(exchange, "X-ALO-Signature"), body)) {
      answer(exchange, 403, "text/plain", "not authentic\n");
    } else {
      String text;
      try {
        text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      } catch (CharacterCodingException e) {
        answer(exchange, 400, "text/plain", "not an event\n");
        return;
      }
      Matcher challenge = CHALLENGE.matcher(text);
      boolean isChallenge = text.matches("(?s).*\"webhook_url_(verification|validation)\".*") && challenge.find();
      answer(exchange, 200, isChallenge ? "application/json" : "text/plain",
          isChallenge ? "{\"challenge\":" + challenge.group(1) + "}" : "ok\n");
    }
  }

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "0"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 64);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", exchange -> {
      try {
        handle(exchange);
      } catch (Exception e) {
        exchange.close();
      }
    });
    server.start();
    System.out.println("listening on http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }
}
