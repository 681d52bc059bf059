package luminance

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	// errorBodyLimit is how much of a refusal is read, in bytes.
	errorBodyLimit = 4 << 10
	// drainLimit is how much of an answer's rest is read to keep its
	// connection, in bytes.
	drainLimit = 64 << 10
	// maxRetryAfter bounds what a server can ask for.
	maxRetryAfter = 24 * time.Hour
)

// statusError makes the error of an answer that is no success.
func (r *request) statusError(resp *http.Response) *Error {
	e := r.fail(classOfStatus(resp.StatusCode, r.op), resp.StatusCode, nil)
	e.RetryAfter = retryAfter(resp.Header, time.Now())
	e.Message = message(resp, r.hide)
	return e
}

// classOfStatus maps the statuses that Luminance API v1.4 declares (400, 401,
// 403, 404, 405, 422, 429, 500; v1.5 declares fewer, and they are to be
// expected all the same) and the usual others.
func classOfStatus(status int, op string) Class {
	switch status {
	case http.StatusUnauthorized:
		return Auth
	case http.StatusForbidden:
		return Forbidden
	case http.StatusNotFound, http.StatusGone:
		return NotFound
	case http.StatusConflict:
		return Conflict
	case http.StatusUnprocessableEntity:
		if op == opUpload { // a document of that name is there, with replace=false
			return Conflict
		}
		return Invalid
	case http.StatusRequestEntityTooLarge:
		return TooLarge
	case http.StatusTooManyRequests:
		return RateLimited
	case http.StatusRequestTimeout, http.StatusTooEarly:
		return Transient
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return Invalid
	}
	// An unexpected success falls here too: what it did is not known.
	if status >= 500 || status < 300 {
		return Transient
	}
	return Invalid
}

// retryAfter reads the header of that name, in seconds or as a date. Luminance
// declares none; proxies in front of it may send it.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return 0
	}
	wait := time.Duration(0)
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		// The server's own clock, so that ours may be wrong.
		if date, err := http.ParseTime(h.Get("Date")); err == nil {
			now = date
		}
		wait = at.Sub(now)
	}
	return min(max(wait, 0), maxRetryAfter)
}

// message keeps of a refusal what a person can read. A page of HTML comes from
// something before the API and is left out; of a redirect, only its host.
func message(resp *http.Response, hide []string) string {
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		if to, err := url.Parse(resp.Header.Get("Location")); err == nil && to.Host != "" {
			return clean("redirects are not followed; this one leads to host " + to.Host + ", so check the base URL")
		}
		return "redirects are not followed; check the base URL"
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if kind == "text/html" {
		return ""
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, errorBodyLimit))
	return clean(unescape(said(body)), hide...)
}

var escapes = regexp.MustCompile(`(?:\\u[0-9A-Fa-f]{4})+`)

// unescape reads JSON's \u escapes, also in what is cut or no JSON, so that a
// name is found in it that was written so.
func unescape(s string) string {
	return escapes.ReplaceAllStringFunc(s, func(run string) string {
		var text string
		if json.Unmarshal([]byte(`"`+run+`"`), &text) != nil {
			return run
		}
		return text
	})
}

// said picks the readable field of a JSON refusal, unescaped; no form of it is
// documented, so anything else is taken as it is.
func said(body []byte) string {
	var fields map[string]any
	if json.Unmarshal(body, &fields) != nil {
		return string(body)
	}
	var parts []string
	for _, key := range []string{"error", "error_description", "message", "detail"} {
		if text, ok := fields[key].(string); ok && text != "" {
			parts = append(parts, text)
		}
	}
	if len(parts) == 0 {
		return string(body)
	}
	return strings.Join(parts, ": ")
}

// closeBody reads a short rest, so that the connection can be used again.
func closeBody(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, drainLimit)
	_ = resp.Body.Close()
}
