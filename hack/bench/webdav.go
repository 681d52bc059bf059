package main

import (
	"net/http"

	"golang.org/x/net/webdav"
)

// webDAV serves a folder.
func webDAV(folder string) http.Handler {
	if folder == "" {
		return http.NotFoundHandler()
	}
	return &webdav.Handler{FileSystem: webdav.Dir(folder), LockSystem: webdav.NewMemLS()}
}
