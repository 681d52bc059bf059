package webpage

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for the style sheets
	"encoding/base64"
	"html/template"
	"net/http"
)

// Base is the style sheet of every page: colours, light and dark, and type.
//
//go:embed base.css
var Base string

// Card is the style sheet, beside Base, of a page that says or asks one thing.
//
//go:embed card.css
var Card string

// CardStyle is both, for pages that carry their style in themselves.
func CardStyle() template.CSS { return template.CSS("\n" + Base + Card) } //nolint:gosec // it is part of the program

// HashOf is what a Content-Security-Policy lets an inline style sheet in by.
func HashOf(style template.CSS) string {
	sum := sha256.Sum256([]byte(style))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// Protect sets what holds for every answer. The policy is a Content-Security-Policy.
func Protect(policy string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Robots-Tag", "noindex")
		h.Set("Cache-Control", "no-store")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// Show answers with a page, whole or not at all.
func Show(w http.ResponseWriter, status int, t *template.Template, data any) {
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		http.Error(w, "this page can't be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}
