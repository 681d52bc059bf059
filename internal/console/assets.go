package console

import (
	"crypto/sha256"
	_ "embed" // for the assets
	"encoding/hex"
	"net/http"
	"strings"

	"dataroom.dev/intralinks-operator/internal/webpage"
)

//go:embed assets/console.css
var consoleStyle string

//go:embed assets/console.js
var consoleScript string

//go:embed assets/icon.svg
var icon string

// asset is a file that pages refer to. Its path holds a digest of its content, so that a browser may keep it for good.
type asset struct{ kind, content string }

var assets = map[string]asset{
	"console.css": {"text/css; charset=utf-8", webpage.Base + consoleStyle},
	"card.css":    {"text/css; charset=utf-8", webpage.Base + webpage.Card + cardStyle},
	"console.js":  {"text/javascript; charset=utf-8", consoleScript},
	"icon.svg":    {"image/svg+xml", icon},
}

//go:embed assets/card.css
var cardStyle string

// assetNames are the names with digests, and what they stand for.
var assetNames = func() map[string]string {
	names := map[string]string{}
	for name := range assets {
		names[digested(name)] = name
	}
	return names
}()

func digested(name string) string {
	sum := sha256.Sum256([]byte(assets[name].content))
	stem, extension, _ := strings.Cut(name, ".")
	return stem + "-" + hex.EncodeToString(sum[:6]) + "." + extension
}

func assetPath(name string) string { return Path + "assets/" + digested(name) }

func serveAsset(w http.ResponseWriter, r *http.Request) {
	found, ok := assets[assetNames[r.PathValue("name")]]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", found.kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write([]byte(found.content))
}
