// Re-serialises each of inputs.json with encoding/json: `style<TAB>input<TAB>hex` a line.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

func show(style, name string, out []byte, err error) {
	if err == nil {
		fmt.Printf("%s\t%s\t%x\n", style, name, out)
	}
}

func encode(value interface{}, escape bool) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(escape)
	err := encoder.Encode(value)
	return buffer.Bytes(), err
}

func main() {
	file, _ := os.ReadFile(os.Args[1])
	var inputs [][2]string
	if err := json.Unmarshal(file, &inputs); err != nil {
		panic(err)
	}
	for _, input := range inputs {
		name, text := input[0], []byte(input[1])
		var compact, indented bytes.Buffer
		err := json.Compact(&compact, text)
		show("go-compact", name, compact.Bytes(), err)
		err = json.Indent(&indented, text, "", "  ")
		show("go-json-indent", name, indented.Bytes(), err)
		out, err := json.Marshal(json.RawMessage(text))
		show("go-raw-message", name, out, err)

		var value interface{}
		if json.Unmarshal(text, &value) != nil {
			continue
		}
		out, err = json.Marshal(value)
		show("go", name, out, err)
		out, err = encode(value, true)
		show("go-encoder", name, out, err)
		out, err = encode(value, false)
		show("go-encoder-raw", name, out, err)
		out, err = json.MarshalIndent(value, "", "  ")
		show("go-indent-2", name, out, err)
		out, err = json.MarshalIndent(value, "", "    ")
		show("go-indent-4", name, out, err)
		out, err = json.MarshalIndent(value, "", "\t")
		show("go-tab", name, out, err)

		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if decoder.Decode(&value) == nil {
			out, err = json.Marshal(value)
			show("go-number", name, out, err)
		}
	}
}
