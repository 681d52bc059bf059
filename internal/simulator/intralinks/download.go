package intralinks

import (
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// ivSize is by how much an encrypted file is longer than the plain one.
const ivSize = 4096

// hashKey names the encrypted form of one version of a document.
type hashKey struct {
	id      int64
	version int
}

// encrypts tells whether a download of the document is encrypted.
func (s *Server) encrypts(d *dataroom.Document) bool {
	return d.IRM && !d.Placeholder() && s.control.Get("irmDownload") == "ciphertext"
}

// ciphertext stands for the encrypted form: bytes that no program opens.
func ciphertext(d *dataroom.Document) dataroom.Content {
	return dataroom.Noise(d.ID+int64(d.VersionNumber), d.Size()+ivSize)
}

func (s *Server) ciphertextHash(d *dataroom.Document) string {
	key := hashKey{d.ID, d.VersionNumber}
	s.mu.Lock()
	known, ok := s.hashes[key]
	s.mu.Unlock()
	if ok {
		return known
	}
	sum, _ := dataroom.SHA1(ciphertext(d)) // made in memory, so it can't fail
	hash := base64.StdEncoding.EncodeToString(sum[:])
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hashes[key] = hash
	return hash
}

// download is GET /v2/workspaces/{w}/documents/{d}/file.
func (s *Server) download(c *call) {
	d, ok := c.exchange.Room.Document(pathID(c.r, "d"))
	if !ok || !s.reaches(c.exchange.Room, d) || d.Deleted || d.Placeholder() {
		s.failFile(c.w, errNotFound)
		return
	}
	if d.ViewerOnly || (d.IRM && s.control.Get("irmDownload") == "refuse") {
		s.failProtected(c.w)
		return
	}
	s.mu.Lock()
	s.read[reading{c.session.account, d.ID}] = true
	s.mu.Unlock()
	if s.control.Bool("fileRedirect") {
		s.redirect(c, d)
		return
	}
	s.sendFile(c.w, c.r, d)
}

// failProtected answers for a document that may only be viewed online: recorded as
// an unexpected error in XML (Intralinks Python SDK).
func (s *Server) failProtected(w http.ResponseWriter) {
	switch s.control.Get("viewerOnlyAnswer") {
	case "500-json":
		s.fail(w, errUnexpected)
	case "403-json":
		s.fail(w, apiError{http.StatusForbidden, http.StatusForbidden, "999", "The document is protected."})
	default:
		s.failXML(w, errUnexpected.status, errUnexpected)
	}
}

// sendFile sends the bytes.
func (s *Server) sendFile(w http.ResponseWriter, r *http.Request, d *dataroom.Document) {
	content := d.Content()
	if s.encrypts(d) {
		content = ciphertext(d)
	}
	in, err := content.Open()
	if err != nil {
		s.failFile(w, errUnexpected)
		return
	}
	defer in.Close()
	header := w.Header()
	header.Set("Content-Type", "application/octet-stream")
	if s.control.Get("fileType") == "actual" {
		header.Set("Content-Type", mimeType(d))
	}
	if s.control.Bool("fileDisposition") {
		header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.FileName()}))
	}
	stamp := ""
	if d.Watermarked {
		stamp = s.stamp()
	}
	if s.control.Bool("ranges") && (!d.Watermarked || s.control.Bool("stampedRanges")) {
		header.Set("ETag", fmt.Sprintf(`"%d-%d"`, d.ID, d.VersionNumber))
		http.ServeContent(w, r, "", d.Modified, &stamped{in: in, size: content.Size(), stamp: stamp})
		return
	}
	if s.control.Get("fileLength") == "known" {
		header.Set("Content-Length", strconv.FormatInt(content.Size()+int64(len(stamp)), 10))
	}
	w.WriteHeader(http.StatusOK)
	// A client that goes away, or a file that shrank, shows as a short body.
	_, _ = io.CopyBuffer(onlyWriter{w}, io.MultiReader(in, strings.NewReader(stamp)), make([]byte, 128<<10))
}

// onlyWriter keeps io.Copy to the buffer that it was given.
type onlyWriter struct{ io.Writer }

// stamp is a watermark: another one for every download. A PDF bears a comment at
// its end.
func (s *Server) stamp() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return "\n% Downloaded " + s.nowLocked().UTC().Format(time.RFC3339) + " copy " + s.secretLocked(12) + "\n"
}

// storagePath is where redirected downloads lead.
const storagePath = "/storage/"

// ticket is the right to fetch one file from storage without signing in. Its name
// is a secret, so it goes into the query, where the request log leaves it out.
type ticket struct {
	room     *dataroom.Room
	document int64
}

// redirect sends the client to another name of this host, as a service that keeps
// its files elsewhere would.
func (s *Server) redirect(c *call, d *dataroom.Document) {
	host, port, err := net.SplitHostPort(c.r.Host)
	if err != nil {
		host, port = c.r.Host, "80"
	}
	other := "localhost"
	if host == other {
		other = "127.0.0.1"
	}
	s.mu.Lock()
	name := s.secretLocked(24)
	s.tickets[name] = ticket{c.exchange.Room, d.ID}
	s.mu.Unlock()
	c.w.Header().Set("Location", fmt.Sprintf("http://%s%s%d?token=%s", net.JoinHostPort(other, port), storagePath, d.ID, name))
	c.w.WriteHeader(http.StatusFound)
}

// storage serves a redirected download. A storage service refuses a request that
// brings a second right along, and nobody wants it to see the bearer.
func (s *Server) storage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	t, ok := s.tickets[r.URL.Query().Get("token")]
	leaked := r.Header.Get("Authorization") != ""
	if leaked {
		s.stats.BearersLeaked++
	}
	s.mu.Unlock()
	if leaked {
		s.failXML(w, http.StatusBadRequest, apiError{400, 400, "sim-storage", "Only one way of authorization is allowed."})
		return
	}
	if ok && t.document == pathID(r, "document") {
		if d, found := t.room.Document(t.document); found && !d.Placeholder() {
			s.sendFile(w, r, d)
			return
		}
	}
	noSuchPath(w)
}
