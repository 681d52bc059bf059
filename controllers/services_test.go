package controllers_test

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// Paths of the services that tests ask about.
const (
	signIn        = "/v3/apis/il-iam/oauth/token"
	exchangeList  = "/v2/workspaces"
	anyListing    = "/v2/workspaces/*/{folders,documents}"
	anyFile       = "/v2/workspaces/*/documents/*/file"
	divisionList  = "/api2/projects"
	anyUpload     = "/api2/projects/*/folders/*/upload"
	luminanceUser = "/api2/users/me"
	anyPath       = "/**"
)

// simulator is either of the services.
type simulator interface{ Control() *control.Control }

// add puts a document into the room.
func (w *world) add(at, content string) *dataroom.Document {
	w.t.Helper()
	return w.addContent(at, dataroom.Bytes(content))
}

// addContent puts a document into the room; without content it is a placeholder.
func (w *world) addContent(at string, content dataroom.Content) *dataroom.Document {
	w.t.Helper()
	folder, name := path.Split(at)
	parent := int64(0)
	if folder != "/" {
		f, err := w.room.FolderAt(folder)
		w.must(err)
		parent = f.ID
	}
	extension := path.Ext(name)
	document, err := w.room.AddDocument(parent, strings.TrimSuffix(name, extension), extension, content)
	w.must(err)
	return document
}

// standing maps each path in Luminance to the SHA-1 of what stands there.
func (w *world) standing() map[string]string {
	standing := map[string]string{}
	for _, d := range w.target.Documents(false) {
		if _, twice := standing[d.Path]; twice {
			w.t.Errorf("two documents stand at %s", d.Path)
		}
		standing[d.Path] = d.SHA1
	}
	return standing
}

// stands fails unless exactly these documents stand in Luminance, path and content.
func (w *world) stands(want map[string]string) {
	w.t.Helper()
	sums := map[string]string{}
	for at, content := range want {
		sums[at] = sha1Of(w.t, dataroom.Bytes(content))
	}
	w.Expect(w.standing()).To(gomega.Equal(sums))
}

func sha1Of(t *testing.T, content dataroom.Content) string {
	t.Helper()
	sum, err := dataroom.SHA1(content)
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(sum[:])
}

// breaks asks a service for a fault, for good unless the rule says how often.
func (w *world) breaks(s simulator, rule control.FaultRule) {
	w.t.Helper()
	if rule.Times == 0 {
		rule.Times = -1
	}
	w.must(s.Control().AddFault(rule))
}

// faultOn is a rule for the requests of a path.
func faultOn(fault, glob string) control.FaultRule {
	return control.FaultRule{Fault: fault, Path: glob}
}

// long is content that a slow download takes more than an hour for.
func long() string { return strings.Repeat("0123456789", 10_000) }

// requests counts what a service was sent since its log was last emptied.
func requests(s simulator, method, glob string) int {
	n := 0
	for _, e := range s.Control().Requests() {
		if (method == "" || e.Method == method) && doublestar.MatchUnvalidated(glob, e.Path) {
			n++
		}
	}
	return n
}

// writes counts the requests that may change something in Luminance.
func (w *world) writes() int {
	n := 0
	for _, e := range w.target.Control().Requests() {
		if e.Method != http.MethodGet && e.Path != "/auth/oauth2/token" {
			n++
		}
	}
	return n
}

// forgetRequests empties the logs of both services.
func (w *world) forgetRequests() {
	w.source.Control().ResetRequests()
	w.target.Control().ResetRequests()
}

func (w *world) change(document *dataroom.Document, content string) {
	w.t.Helper()
	w.must(w.room.NewVersion(document.ID, dataroom.Bytes(content)))
}

// slowDownloadOf makes one document take hours.
func (w *world) slowDownloadOf(name string) {
	w.t.Helper()
	w.breaksDownloadOf(name, "slow", "delay", "50ms", "every", "1")
}

// breaksDownloadOf lets a fault, with its arguments, strike each download of one document.
func (w *world) breaksDownloadOf(name, fault string, args ...string) {
	w.t.Helper()
	all := w.room.Documents()
	i := slices.IndexFunc(all, func(d *dataroom.Document) bool { return d.Name == name })
	if i < 0 {
		w.t.Fatalf("the room has no document %s", name)
	}
	rule := faultOn(fault, strings.Replace(anyFile, "documents/*", fmt.Sprintf("documents/%d", all[i].ID), 1))
	rule.Args = map[string]string{}
	for i := 0; i < len(args); i += 2 {
		rule.Args[args[i]] = args[i+1]
	}
	w.breaks(w.source, rule)
}
