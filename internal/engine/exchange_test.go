package engine

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"dataroom.dev/intralinks-operator/internal/bearer"
	"dataroom.dev/intralinks-operator/internal/intralinks"
)

// listed is a folder or document of a listing, as Intralinks writes one: keys without a value are absent.
type listed struct {
	ID       int64  `json:"id"`
	ParentID int64  `json:"parentId,omitempty"`
	Name     string `json:"name"`

	Extension        string `json:"extension,omitempty"`
	FileSize         int64  `json:"fileSize,omitempty"`
	FileHash         string `json:"fileHash,omitempty"`
	FileHashDownload string `json:"fileHashDownload,omitempty"`
	VersionNumber    int64  `json:"versionNumber,omitempty"`
	IsIRMSecured     string `json:"isIrmSecured,omitempty"`
	PDFProtection    string `json:"pdfProtection,omitempty"`
	IsDeleted        string `json:"isDeleted,omitempty"`
}

// exchange answers over HTTP with whatever it lists at the time.
type exchange struct {
	mu                 sync.Mutex
	folders, documents []listed
	room               *intralinks.Room
}

func newExchange(t testing.TB) *exchange {
	t.Helper()
	e := &exchange{}
	mux := http.NewServeMux()
	answer := func(pattern string, body func() map[string]any) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
			e.mu.Lock()
			defer e.mu.Unlock()
			w.Header().Set("Content-Type", "application/json;charset=UTF-8")
			if err := json.NewEncoder(w).Encode(body()); err != nil {
				t.Errorf("answer %s: %v", pattern, err)
			}
		})
	}
	status := map[string]any{"code": 200, "message": "fine"}
	answer("GET /v2/workspaces/7100015/splash", func() map[string]any { return map[string]any{"status": status} })
	answer("POST /v2/workspaces/7100015/splash", func() map[string]any { return map[string]any{"status": status, "state": "ALLOW"} })
	answer("GET /v2/workspaces/7100015/folders", func() map[string]any { return map[string]any{"status": status, "folder": e.folders} })
	answer("GET /v2/workspaces/7100015/documents", func() map[string]any { return map[string]any{"status": status, "document": e.documents} })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	client, err := intralinks.New(intralinks.Options{
		BaseURL: server.URL, HTTPClient: server.Client(), RetryDelay: time.Millisecond,
		Tokens: bearer.NewSource(func(context.Context) (*oauth2.Token, error) {
			return &oauth2.Token{AccessToken: "token", Expiry: time.Now().Add(time.Hour)}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	e.room = client.Room(7100015, intralinks.Entry{})
	return e
}

// list changes what the exchange lists.
func (e *exchange) list(folders, documents []listed) *exchange {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.folders, e.documents = folders, documents
	return e
}

// testing's T and rapid's have this in common.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
	Context() context.Context
}

func (e *exchange) snapshot(t tester, folder string) *Snapshot {
	t.Helper()
	snapshot, err := takeSnapshot(&contents{tree: e.tree(t), documents: e.room.Documents(t.Context())}, folder, nil)
	if err != nil {
		t.Fatalf("take a snapshot of %s: %v", folder, err)
	}
	return snapshot
}

func (e *exchange) tree(t tester) *tree {
	t.Helper()
	tree, err := listTree(t.Context(), e.room)
	if err != nil {
		t.Fatalf("list the folders: %v", err)
	}
	return tree
}
