package luminance

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // a fingerprint that others compute too, not a protection
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// content is what is known of the bytes of a document.
type content struct {
	size         int64
	sha1, sha256 string
	encrypted    bool
}

// inspector learns about a document while it streams by.
type inspector struct {
	sha1, sha256 hash.Hash
	size         int64
	head         []byte
	tail         []byte
	encrypted    bool
}

func newInspector() *inspector { return &inspector{sha1: sha1.New(), sha256: sha256.New()} } //nolint:gosec // as above

const headSize = 8

// Marks of formats, and of encryption within them.
var (
	pdfMark        = []byte("%PDF-")
	oleMark        = []byte("\xd0\xcf\x11\xe0")
	zipMark        = []byte("PK\x03\x04")
	pdfEncrypted   = []byte("/Encrypt")
	officeSealed   = []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
	longestPattern = len(officeSealed)
)

// Write implements io.Writer.
func (i *inspector) Write(p []byte) (int, error) {
	i.sha1.Write(p)
	i.sha256.Write(p)
	i.size += int64(len(p))
	if missing := headSize - len(i.head); missing > 0 {
		i.head = append(i.head, p[:min(missing, len(p))]...)
	}
	i.look(p)
	return len(p), nil
}

// look searches for signs of encryption, also across the border of two writes.
func (i *inspector) look(p []byte) {
	var pattern []byte
	switch {
	case i.encrypted:
		return
	case bytes.HasPrefix(i.head, pdfMark):
		pattern = pdfEncrypted
	case bytes.HasPrefix(i.head, oleMark):
		pattern = officeSealed
	case bytes.HasPrefix(i.head, zipMark) && len(i.head) > 6:
		i.encrypted = i.head[6]&1 == 1 // the flag of the first entry
		return
	default:
		return
	}
	border := slices.Concat(i.tail, p[:min(len(p), longestPattern)])
	i.encrypted = bytes.Contains(p, pattern) || bytes.Contains(border, pattern)
	i.tail = append([]byte(nil), p[max(0, len(p)-longestPattern):]...)
}

func (i *inspector) content() content {
	return content{
		size: i.size, sha1: hex.EncodeToString(i.sha1.Sum(nil)),
		sha256: hex.EncodeToString(i.sha256.Sum(nil)), encrypted: i.encrypted,
	}
}

var _ io.Writer = (*inspector)(nil)

// mediaTypes are the formats that the simulator takes for known, by extension.
// Which formats Luminance analyses is not documented.
var mediaTypes = map[string]string{
	".pdf":  "application/pdf",
	".doc":  "application/msword",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xls":  "application/vnd.ms-excel",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".ppt":  "application/vnd.ms-powerpoint",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".rtf":  "application/rtf",
	".eml":  "message/rfc822",
	".msg":  "application/vnd.ms-outlook",
	".txt":  "text/plain",
	".csv":  "text/csv",
	".htm":  "text/html",
	".html": "text/html",
	".xml":  "application/xml",
	".json": "application/json",
	".md":   "text/markdown",
	".png":  "image/png",
	".jpg":  "image/jpeg",
	".jpeg": "image/jpeg",
	".gif":  "image/gif",
	".tif":  "image/tiff",
	".tiff": "image/tiff",
	".zip":  "application/zip",
}

const unknownType = "application/octet-stream"

func mediaTypeOf(name string) string {
	if t, ok := mediaTypes[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	return unknownType
}

// judge sets what the import of a document will come to.
func (s *Simulator) judge(d *document) {
	d.outcome = stComplete
	if s.control.Bool("unknownState") {
		d.outcome = stUnverified
	}
	note := func(tag string, failed bool) {
		d.tags = append(d.tags, tag)
		if failed {
			d.outcome = stFailure
		}
	}
	if d.content.encrypted {
		note("qa:encrypted", s.control.Get("encrypted") == "failure")
	}
	if d.mediaType == unknownType {
		note("qa:unsupportedfileformat", s.control.Get("unsupported") == "failure")
	}
	if d.content.size == 0 {
		note("qa:emptycontent", s.control.Get("emptyFile") == "failure")
	}
	if matchesAny(s.control.Get("failNames"), d.name) || matchesAny(s.control.Get("failMediaTypes"), d.mediaType) {
		for _, tag := range splitList(s.control.Get("failTags")) {
			note(tag, true)
		}
		d.outcome = stFailure
	}
}

func matchesAny(globs, name string) bool {
	for _, glob := range splitList(globs) {
		if ok, err := doublestar.Match(glob, name); err == nil && ok {
			return true
		}
	}
	return false
}
