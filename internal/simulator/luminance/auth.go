package luminance

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// tokenPath is where a service user gets its token (Luminance API v1.5).
const tokenPath = "/auth/oauth2/token" //nolint:gosec // a path, and no credential

// tokens are the access tokens that are good, with their end.
type tokens struct {
	mu  sync.Mutex
	end map[string]time.Time
}

func newTokens() *tokens { return &tokens{end: map[string]time.Time{}} }

func (t *tokens) issue(now time.Time, ttl time.Duration) string {
	token := jwt(now.Add(ttl))
	t.mu.Lock()
	defer t.mu.Unlock()
	for old, end := range t.end {
		if !now.Before(end) {
			delete(t.end, old)
		}
	}
	t.end[token] = now.Add(ttl)
	return token
}

// jwt makes an access token of the form that API v1.5 names. What its claims are
// is not documented, and its signature is random.
func jwt(end time.Time) string {
	part := base64.RawURLEncoding.EncodeToString
	claims := fmt.Sprintf(`{"exp":%d,"jti":%q}`, end.Unix(), rand.Text())
	return part([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + part([]byte(claims)) + "." + part([]byte(rand.Text()))
}

func (t *tokens) good(token string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	end, ok := t.end[token]
	return ok && now.Before(end)
}

// RevokeTokens makes every access token issued so far worthless.
func (s *Simulator) RevokeTokens() {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	clear(s.tokens.end)
}

// serveToken is the client credentials grant: credentials in the Authorization
// header and nothing but grant_type in the form. The errors are those of RFC
// 6749; which of them the service sends is not documented.
func (s *Simulator) serveToken(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		s.fail(w, http.StatusMethodNotAllowed, r.Method+" is not allowed here")
		return
	}
	form, ok := readForm(w, r)
	if !ok {
		tokenError(w, http.StatusBadRequest, "invalid_request")
		return
	}
	id, secret, ok := r.BasicAuth()
	if !ok || !same(id, s.clientID) || !same(secret, s.clientSecret) {
		w.Header().Set("WWW-Authenticate", `Basic realm="Luminance"`)
		tokenError(w, http.StatusUnauthorized, "invalid_client")
		return
	}
	if form.Get("grant_type") != "client_credentials" {
		tokenError(w, http.StatusBadRequest, "unsupported_grant_type")
		return
	}
	if s.control.Bool("strict") && (len(form) != 1 || len(form["grant_type"]) != 1 || r.URL.RawQuery != "") {
		tokenError(w, http.StatusBadRequest, "invalid_request")
		return
	}
	ttl := s.control.Duration("tokenTTL")
	answer := map[string]any{
		"access_token": s.tokens.issue(s.now(), ttl),
		"token_type":   s.control.Get("tokenType"),
	}
	switch seconds := int(ttl.Seconds()); s.control.Get("expiresIn") {
	case "number":
		answer["expires_in"] = seconds
	case "string":
		answer["expires_in"] = strconv.Itoa(seconds)
	}
	w.Header().Set("Content-Type", jsonType)
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(answer) // only a client that went away can fail here
}

func readForm(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return nil, false
	}
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		return nil, false
	}
	return r.PostForm, true
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func tokenError(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": code})
}

// authorised checks the bearer token, and answers 401 without a good one.
func (s *Simulator) authorised(w http.ResponseWriter, r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") && s.tokens.good(token, s.now()) {
		return true
	}
	s.unauthorized(w)
	return false
}

func (s *Simulator) unauthorized(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	s.fail(w, http.StatusUnauthorized, "the access token is missing, unknown or has ended")
}
