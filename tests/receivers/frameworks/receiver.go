// Go's net/http; run as `go run receiver.go`.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"time"
	"unicode/utf8"
)

var digits = regexp.MustCompile(`^[0-9]{1,12}$`)

func isAuthentic(timestamp, signature string, body []byte) bool {
	if !digits.MatchString(timestamp) {
		return false
	}
	seconds, _ := strconv.ParseInt(timestamp, 10, 64)
	if age := time.Now().Unix() - seconds; age > 300 || age < -300 {
		return false
	}
	mac := hmac.New(sha256.New, []byte(os.Getenv("ALOHOOK_SECRET")))
	mac.Write([]byte("v0:" + timestamp + ":"))
	mac.Write(body)
	expected := "v0=" + hex.EncodeToString(mac.Sum(nil))
	switch os.Getenv("ALO_ENCODING") {
	case "hex":
		expected = hex.EncodeToString(mac.Sum(nil))
	case "base64":
		expected = base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return hmac.Equal([]byte(expected), []byte(signature))
}

func handle(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "only POST", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil || !isAuthentic(r.Header.Get("X-ALO-Request-Timestamp"), r.Header.Get("X-ALO-Signature"), body) {
		http.Error(w, "not authentic", http.StatusForbidden)
		return
	}
	var event struct {
		Type      any `json:"type"`
		Challenge any `json:"challenge"`
	}
	if !utf8.Valid(body) || json.Unmarshal(body, &event) != nil {
		http.Error(w, "not an event", http.StatusBadRequest)
		return
	}
	if event.Type == "webhook_url_verification" || event.Type == "webhook_url_validation" {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{"challenge": event.Challenge})
		return
	}
	fmt.Fprintln(w, "ok")
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		panic(err)
	}
	fmt.Printf("listening on http://%s/\n", listener.Addr())
	http.Serve(listener, http.HandlerFunc(handle))
}
