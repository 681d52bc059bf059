package inspect

import (
	"strings"
)

// join puts a path below a folder that begins with a slash.
func join(folder, path string) string { return strings.TrimSuffix(folder, "/") + "/" + path }

// rooted makes a path begin with a slash, and end in none.
func rooted(path string) string { return "/" + strings.Trim(path, "/") }

// holds tells whether one of the texts holds what is searched, upper and lower case not told apart; nothing is in all.
func holds(search string, texts ...string) bool {
	if search == "" {
		return true
	}
	search = strings.ToLower(search)
	for _, text := range texts {
		if strings.Contains(strings.ToLower(text), search) {
			return true
		}
	}
	return false
}
