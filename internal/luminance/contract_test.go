package luminance_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dataroom.dev/intralinks-operator/internal/bearer"
	"dataroom.dev/intralinks-operator/internal/luminance"
)

// operation restates what the published API documents declare about a call
// that this client makes.
type operation struct {
	method string
	path   string // below the prefix
	// query parameters: in all versions, in v1.3 and v1.4 only, in v1.5 only.
	query, query34, query15 string
	body                    string // content type, "" for none
}

var declared = map[string]operation{
	"System":      {method: "GET", path: `/`},
	"Me":          {method: "GET", path: `/users/me`},
	"GetDivision": {method: "GET", path: `/projects/\d+`},
	"ListDivisions": {method: "GET", path: `/projects`,
		query: "id moniker name account_id state permissions type limit", query34: "created_at created_by settings features", query15: "offset"},
	"ListFolders": {method: "GET", path: `/projects/\d+/folders`,
		query: "parent_id name state type", query34: "limit", query15: "id"},
	"CreateFolder": {method: "POST", path: `/projects/\d+/folders`, body: "application/json"},
	"Upload": {method: "POST", path: `/projects/\d+/folders/\d+/upload`, body: "application/octet-stream",
		query: "name replace matter_id matter_version_type", query15: "task_id"},
	"ListDocuments": {method: "GET", path: `/projects/\d+/documents`,
		query: "id folder_id parent_id name media_type state version_group version version_state", query34: "limit created_at created_by"},
	"GetDocument": {method: "GET", path: `/projects/\d+/documents/\d+`},
	"QATags": {method: "GET", path: `/projects/\d+/documents/\d+/annotations`,
		query: "id type roles state", query34: "limit created_at content", query15: "pretty"},
	"Download": {method: "GET", path: `/projects/\d+/documents/\d+/download`,
		query: "enable_token_linking"},
}

func (o operation) check(t *testing.T, v luminance.APIVersion, s sent) {
	t.Helper()
	if s.Method != o.method || !regexp.MustCompile(`^/api2`+o.path+`$`).MatchString(s.Path) {
		t.Errorf("sent %s %s, want %s /api2%s", s.Method, s.Path, o.method, o.path)
	}
	allowed := strings.Fields(o.query)
	if v == luminance.V15 {
		allowed = append(allowed, strings.Fields(o.query15)...)
	} else {
		allowed = append(allowed, strings.Fields(o.query34)...)
	}
	for name := range s.Query {
		if !slices.Contains(allowed, name) {
			t.Errorf("%s declares no query parameter %q", v, name)
		}
	}
	if got := s.Header.Get("Content-Type"); got != o.body {
		t.Errorf("content type %q, want %q", got, o.body)
	}
}

func seq[T any](all func(func(T, error) bool)) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// calls is every way to make the client send something.
var calls = []struct {
	op, answer string
	call       func(context.Context, *luminance.Client) error
}{
	{"System", `{"product":"corporate","version":"4.1.7","api2_version":"1.4.0"}`, func(ctx context.Context, c *luminance.Client) error {
		_, err := c.System(ctx)
		return err
	}},
	{"Me", aUser, func(ctx context.Context, c *luminance.Client) error { _, err := c.Me(ctx); return err }},
	{"GetDivision", aDivision, func(ctx context.Context, c *luminance.Client) error {
		_, err := c.ResolveDivision(ctx, luminance.DivisionRef{ID: 4})
		return err
	}},
	{"ListDivisions", "[" + aDivision + "]", func(ctx context.Context, c *luminance.Client) error {
		_, err := c.ResolveDivision(ctx, luminance.DivisionRef{Name: "Corporate"})
		return err
	}},
	{"ListDivisions", "[" + aDivision + "]", func(ctx context.Context, c *luminance.Client) error {
		_, err := c.ResolveDivision(ctx, luminance.DivisionRef{Moniker: "corp"})
		return err
	}},
	{"ListFolders", "[" + aFolder + "]", func(ctx context.Context, c *luminance.Client) error { return seq(c.Folders(ctx, 4)) }},
	{"ListFolders", "[]", func(ctx context.Context, c *luminance.Client) error {
		_, err := c.FoldersIn(ctx, 4, 16, "Contracts")
		return err
	}},
	{"CreateFolder", aFolder, func(ctx context.Context, c *luminance.Client) error {
		_, err := c.CreateFolder(ctx, 4, 16, "Contracts")
		return err
	}},
	{"Upload", aDocument, func(ctx context.Context, c *luminance.Client) error {
		_, err := c.Upload(ctx, luminance.Upload{Division: 4, Folder: 52, Name: "MSA.pdf", Size: 5, Body: bytes.NewReader([]byte("hello"))})
		return err
	}},
	{"ListDocuments", "[]", func(ctx context.Context, c *luminance.Client) error {
		return seq(c.Documents(ctx, 4, luminance.DocumentQuery{Folder: 52, Name: "MSA.pdf", State: luminance.StateImportPending, VersionState: luminance.VersionActive}))
	}},
	{"GetDocument", aDocument, func(ctx context.Context, c *luminance.Client) error { _, err := c.Document(ctx, 4, 9); return err }},
	{"QATags", "[]", func(ctx context.Context, c *luminance.Client) error { _, err := c.QATags(ctx, 4, 9); return err }},
	{"Download", "bytes", func(ctx context.Context, c *luminance.Client) error {
		file, err := c.Download(ctx, 4, 9)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, file)
		return err
	}},
}

// Every call is one request, as the documents of each version declare it, and
// carries its operation's name for the decorators.
func TestEveryRequestIsAsDeclared(t *testing.T) {
	for _, v := range []luminance.APIVersion{luminance.V15, luminance.V14, luminance.V13} {
		for _, call := range calls {
			t.Run(string(v)+" "+call.op, func(t *testing.T) {
				status := http.StatusOK
				if call.op == "CreateFolder" {
					status = http.StatusCreated
				}
				i := answering(t, status, call.answer)
				if err := call.call(t.Context(), i.client(t, version(v))); err != nil {
					t.Fatal(err)
				}
				requests := i.seen()
				if len(requests) != 1 {
					t.Fatalf("%d requests, want 1", len(requests))
				}
				declared[call.op].check(t, v, requests[0])
				if requests[0].Operation != call.op {
					t.Errorf("operation %q, want %q", requests[0].Operation, call.op)
				}
			})
		}
	}
}

// Where a v1.3 instance has its paths is not known, so the prefix can be set.
func TestPathPrefix(t *testing.T) {
	for prefix, want := range map[string]string{"": "/api2/users/me", "/": "/users/me", "/v13/": "/v13/users/me", "v13": "/v13/users/me"} {
		i := answering(t, http.StatusOK, aUser)
		c := i.client(t, func(o *luminance.Options) { o.PathPrefix = prefix })
		if _, err := c.Me(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := i.seen()[0].Path; got != want {
			t.Errorf("prefix %q: path %s, want %s", prefix, got, want)
		}
	}
}

func TestNewRefusesOptionsThatCannotWork(t *testing.T) {
	tokens := bearer.NewSource(luminance.ClientCredentials("https://acme.app.luminance.com", "id", "secret", nil))
	for name, o := range map[string]luminance.Options{
		"no address":             {Tokens: tokens},
		"no host":                {Tokens: tokens, BaseURL: "https:///api2"},
		"http beyond loopback":   {Tokens: tokens, BaseURL: "http://acme.app.luminance.com"},
		"another scheme":         {Tokens: tokens, BaseURL: "ftp://acme.app.luminance.com"},
		"a password in it":       {Tokens: tokens, BaseURL: "https://u:p@acme.app.luminance.com"},
		"a query in it":          {Tokens: tokens, BaseURL: "https://acme.app.luminance.com?x=y"},
		"an unknown API version": {Tokens: tokens, BaseURL: "https://acme.app.luminance.com", Version: "v2"},
		"no source of tokens":    {BaseURL: "https://acme.app.luminance.com"},
	} {
		if _, err := luminance.New(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := luminance.New(luminance.Options{Tokens: tokens, BaseURL: "https://acme.app.luminance.com/"}); err != nil {
		t.Errorf("a good address: %v", err)
	}
}
