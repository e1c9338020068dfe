// Re-serialises each of inputs.json with Jackson and Gson: `style<TAB>input<TAB>hex` a line.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

public class Java {
  static void show(String style, String name, Callable<String> write) {
    try {
      StringBuilder hex = new StringBuilder();
      for (byte b : write.call().getBytes(StandardCharsets.UTF_8)) hex.append(String.format("%02x", b));
      System.out.println(style + "\t" + name + "\t" + hex);
    } catch (Exception e) {
      // This library can't read or write this one.
    }
  }

  public static void main(String[] args) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    ObjectMapper ascii = new ObjectMapper();
    ascii.getFactory().configure(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature(), true);
    ObjectMapper ordered = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    ObjectMapper filled = new ObjectMapper();
    filled.setDefaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL));
    Gson plain = new GsonBuilder().disableHtmlEscaping().create();
    Gson nulls = new GsonBuilder().serializeNulls().create();
    Gson gson = new Gson();
    Gson pretty = new GsonBuilder().setPrettyPrinting().create();
    for (JsonNode input : mapper.readTree(Files.readString(Path.of(args[0])))) {
      String name = input.get(0).asText(), text = input.get(1).asText();
      show("jackson", name, () -> mapper.writeValueAsString(mapper.readTree(text)));
      show("jackson-map", name, () -> mapper.writeValueAsString(mapper.readValue(text, Object.class)));
      show("jackson-pretty", name, () -> mapper.writerWithDefaultPrettyPrinter().writeValueAsString(mapper.readTree(text)));
      show("jackson-ascii", name, () -> ascii.writeValueAsString(ascii.readTree(text)));
      show("jackson-sorted", name, () -> ordered.writeValueAsString(ordered.readValue(text, Object.class)));
      show("jackson-non-null", name, () -> filled.writeValueAsString(filled.readValue(text, Object.class)));
      show("gson-plain", name, () -> plain.toJson(JsonParser.parseString(text)));
      show("gson-nulls", name, () -> nulls.toJson(JsonParser.parseString(text)));
      show("gson", name, () -> gson.toJson(JsonParser.parseString(text)));
      show("gson-tree", name, () -> JsonParser.parseString(text).toString());
      show("gson-map", name, () -> gson.toJson(gson.fromJson(text, Object.class)));
      show("gson-pretty", name, () -> pretty.toJson(JsonParser.parseString(text)));
    }
  }
}
