package luminance

import (
	"io"
	"net/http"
	"slices"
	"strconv"
)

func (c *call) download() {
	if c.control.Get("permissions") != "native" {
		c.fail(c.w, http.StatusForbidden, "the project does not permit downloads")
		return
	}
	var file io.ReadCloser
	var err error
	var size int64
	var mediaType string
	if !c.withDocument(func(d *document) {
		file, err = c.store.contents.open(d.file)
		size, mediaType = d.content.size, d.mediaType
	}) {
		return
	}
	if err != nil {
		c.fail(c.w, http.StatusUnprocessableEntity, "the simulator has not kept the content of this document")
		return
	}
	defer file.Close()
	if c.wantsTokens() && mediaType != mediaTypes[".doc"] && mediaType != mediaTypes[".docx"] {
		c.fail(c.w, http.StatusUnprocessableEntity, "tokens can be linked into Word documents only")
		return
	}
	if c.version == v15 {
		mediaType = unknownType // 1.3 and 1.4 promise the document's own type, 1.5 does not
	}
	c.w.Header().Set("Content-Type", mediaType)
	c.w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	var to io.Writer = c.w
	if c.struck("corrupt-download") {
		to = &corrupter{w: c.w}
	}
	if _, err := io.Copy(to, file); err != nil {
		hangUp(c.w)
	}
}

// wantsTokens tells whether the download is to hold tokens for the Word plug-in.
// The simulator adds none; it holds to the rule that only Word documents can have
// them (Luminance API v1.4).
func (c *call) wantsTokens() bool {
	return c.query.Get("enable_token_based_linking") == "true" || c.query.Get("enable_token_linking") == "true"
}

// corrupter changes the first byte that goes through it.
type corrupter struct {
	w    io.Writer
	done bool
}

// Write implements io.Writer.
func (c *corrupter) Write(p []byte) (int, error) {
	if !c.done && len(p) > 0 {
		p = slices.Clone(p)
		p[0] ^= 0xff
		c.done = true
	}
	return c.w.Write(p)
}
