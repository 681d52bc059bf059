// Package proposal proposes what most people will want of a new sync, so that plugin and console propose the same.
package proposal

import (
	"regexp"
	"strings"
)

var unnameable = regexp.MustCompile(`[^a-z0-9]+`)

// Name of the FolderSync: it comes from the exchange and the last part of the source folder. It is empty where neither has a
// letter or digit that a name may have.
func Name(exchange, folder string) string {
	const longest = 63
	text := exchange
	if folder != "/" {
		text += " " + folder[strings.LastIndex(folder, "/")+1:]
	}
	name := strings.Trim(unnameable.ReplaceAllString(strings.ToLower(text), "-"), "-")
	return strings.Trim(name[:min(len(name), longest)], "-")
}

// Destination is the folder of the same path below one named after the exchange, without what a folder's name can't have.
func Destination(exchange, folder string) string {
	top := strings.TrimSpace(strings.ReplaceAll(exchange, "/", "-"))
	return strings.TrimSuffix("/"+strings.Map(fit, top)+strings.Map(fit, folder), "/")
}

func fit(r rune) rune {
	if r < ' ' || r == 0x7f || strings.ContainsRune(`\:*"<>?|`, r) {
		return '-'
	}
	return r
}
