package intralinks_test

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/intralinks"
)

func TestExchanges(t *testing.T) {
	s := newService(t)
	s.mux.HandleFunc("GET /v2/workspaces", func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Authorization"); got != "Bearer token-1" {
			t.Errorf("Authorization = %q", got)
		}
		if got := r.Header.Get("Accept"); got != "application/json" {
			t.Errorf("Accept = %q", got)
		}
		reply(200, `{`+okStatus+`,"pagingContext":{"startIndex":0,"itemsPerPage":2,"totalResults":2},"workspace":[
			{"id":7100015,"name":"Project Heron","workspaceName":"Project Heron","host":"Example LLP","phase":"OPEN",
			 "type":"ARC","securityLevel":1,"version":3,"pvpEnabled":"F","statistics":{"newTasks":0}},
			{"id":"7100025","workspaceName":"Project Osprey","phase":"HOLD","securityLevel":"4"}]}`)(w, r)
	})
	got, err := collect(s.client(t).Exchanges(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	want := []intralinks.Exchange{
		{ID: 7100015, Name: "Project Heron", Host: "Example LLP", Phase: "OPEN", Type: "ARC", SecurityLevel: 1},
		{ID: 7100025, Name: "Project Osprey", Phase: "HOLD", SecurityLevel: 4},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Exchanges = %+v", got)
	}
}

func TestExchange(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		class      intralinks.Class
	}{
		{"a list of one", `{` + okStatus + `,"workspace":[{"id":7100015,"name":"Project Heron"}]}`, ""},
		{"an object", `{"workspace":{"id":7100015,"name":"Project Heron"},` + okStatus + `}`, ""},
		{"none", `{` + okStatus + `}`, intralinks.NotFoundOrDenied},
		{"another one", `{` + okStatus + `,"workspace":{"id":7100025}}`, intralinks.Permanent},
		{"all of them", `{` + okStatus + `,"workspace":[{"id":7100015},{"id":7100025}]}`, intralinks.Permanent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t)
			s.answers(inExchange(""), reply(200, tt.body))
			got, err := s.client(t).Exchange(t.Context(), exchange)
			wantClass(t, err, tt.class)
			if err == nil && (got.ID != exchange || got.Name != "Project Heron") {
				t.Errorf("Exchange = %+v", got)
			}
		})
	}
}

// JSON can carry a character that neither a path nor a database can.
func TestNULIsReplaced(t *testing.T) {
	s := newService(t).open()
	s.answers(inExchange("/documents"), reply(200, `{`+okStatus+`,"document":[{"id":1,"name":"a\u0000b","extension":".t\u0000t","fileHash":"\u0000"}]}`))
	got, err := collect(s.room(t).Documents(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	if d := got[0]; d.FileName() != "a\uFFFDb.t\uFFFDt" || d.FileHash != "\uFFFD" {
		t.Errorf("%q, %q", d.FileName(), d.FileHash)
	}
}

func TestFolders(t *testing.T) {
	s := newService(t).open()
	s.answers(inExchange("/folders"), reply(200, `{`+okStatus+`,"folder":[
		{"id":12400000018,"name":"Contracts","version":"356a192b7913b04c54574d18c28d46e6395428ab","hasChildFolders":true},
		{"id":12400000028,"name":"Лизинг","parentId":12400000018},
		{"id":12400000048,"name":"Loose","parentId":-1}]}`))
	got, err := collect(s.room(t).Folders(t.Context()))
	want := []intralinks.Folder{
		{ID: 12400000018, Name: "Contracts"},
		{ID: 12400000028, ParentID: 12400000018, Name: "Лизинг"},
		{ID: 12400000048, Name: "Loose"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Folders = %+v, %v", got, err)
	}
}

func TestDocuments(t *testing.T) {
	s := newService(t).open()
	s.answers(inExchange("/documents"), reply(200, `{`+okStatus+`,"document":[
		{"id":12400000038,"name":"Master agreement","extension":".pdf","parentId":12400000018,"version":"77de","versionNumber":2,
		 "fileSize":8000,"fileHash":"nBGK3t2T2z7FmrdX9VeRMw1/eds=","fileHashDownload":"2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
		 "mimeType":"application/pdf","lastModifiedOn":{"milliseconds":1741000060000},"submittedOn":{},"isIrmSecured":"T",
		 "pdfProtection":"NONE","isDeleted":true,"xmlLock":{"contentLockStatus":"UNLOCKED"},"unread":true},
		{"id":"12400000058","name":"To come","fileSize":0,"mimeType":"NONE/NONE","versionNumber":0,"lastModifiedOn":{}}]}`))
	got, err := collect(s.room(t).Documents(t.Context()))
	want := []intralinks.Document{
		{ID: 12400000038, ParentID: 12400000018, Name: "Master agreement", Extension: ".pdf", Size: 8000,
			FileHash: "nBGK3t2T2z7FmrdX9VeRMw1/eds=", FileHashDownload: "2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
			Version: "77de", VersionNumber: 2, MimeType: "application/pdf", IRM: true, PDFProtection: "NONE",
			Deleted: true, LockStatus: "UNLOCKED", LastModified: time.UnixMilli(1741000060000).UTC()},
		{ID: 12400000058, Name: "To come", MimeType: "NONE/NONE"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Documents = %+v, %v", got, err)
	}
	if !got[1].Placeholder() {
		t.Error("the second document is a placeholder")
	}
}

// What makes a list answer whole, and what doesn't.
func TestListIsNeverTakenForWholeWhenItIsNot(t *testing.T) {
	const two = `"folder":[{"id":1,"name":"a"},{"id":2,"name":"b"}]`
	for _, tt := range []struct {
		name, body string
		items      int
		class      intralinks.Class
	}{
		{"whole", `{` + okStatus + `,` + two + `}`, 2, ""},
		{"status after the list", `{` + two + `,` + okStatus + `}`, 2, ""},
		{"no status beside the list", `{` + two + `}`, 2, ""},
		{"empty list", `{` + okStatus + `,"folder":[]}`, 0, ""},
		{"absent list", `{` + okStatus + `}`, 0, ""},
		{"null list", `{` + okStatus + `,"folder":null}`, 0, ""},
		{"empty errors", `{` + okStatus + `,"errors":[],` + two + `}`, 2, ""},
		{"total as announced", `{"pagingContext":{"totalResults":2},` + two + `}`, 2, ""},
		{"list in two parts", `{"folder":[{"id":1}],` + okStatus + `,"folder":{"id":2}}`, 2, ""},
		{"neither list nor status", `{}`, 0, intralinks.Permanent},
		{"list under another key", `{` + okStatus + `,"folders":[{"id":1}]}`, 0, intralinks.Permanent},
		{"list is a word", `{"folder":"none"}`, 0, intralinks.Permanent},
		{"bare list", `[{"id":1}]`, 0, intralinks.Permanent},
		{"more announced than sent", `{"pagingContext":{"totalResults":3},` + two + `}`, 2, intralinks.Permanent},
		{"more announced, afterwards", `{` + two + `,"pagingContext":{"totalResults":"3"}}`, 2, intralinks.Permanent},
		{"item without an id", `{"folder":[{"id":1},{"name":"b"}]}`, 1, intralinks.Permanent},
		{"item of another kind", `{"folder":[{"id":1},{"id":{}}]}`, 1, intralinks.Permanent},
		{"ends in an item", `{"folder":[{"id":1},{"id":`, 1, intralinks.Transient},
		{"ends after an item", `{"folder":[{"id":1}`, 1, intralinks.Transient},
		{"ends after the list", `{"folder":[{"id":1}]`, 1, intralinks.Transient},
		{"nothing at all", ``, 0, intralinks.Transient},
		{"garbage in the list", `{"folder":[{"id":1},<html>`, 1, intralinks.Transient},
		{"errors before the list", `{` + okStatus + `,"errors":[{"code":400,"subCode":"3-1"}],` + two + `}`, 0,
			intralinks.NotFoundOrDenied},
		{"errors after the list", `{` + okStatus + `,` + two + `,"errors":[{"code":400,"subCode":"3-1"}]}`, 2,
			intralinks.NotFoundOrDenied},
		{"one error, no list of them", `{"errors":{"code":401,"subCode":"1-1-3"}}`, 0, intralinks.Denied},
		{"errors in an unknown form", `{` + okStatus + `,"errors":["bad"],` + two + `}`, 0, intralinks.Permanent},
		{"status of failure", `{"status":{"code":500,"message":"x"},` + two + `}`, 0, intralinks.Transient},
		{"fault", `{"fault":{"faultstring":"JavaScript execution failed: Unterminated string literal"}}`, 0, intralinks.Transient},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t).open()
			s.answers(inExchange("/folders"), reply(200, tt.body))
			items, err := collect(s.room(t).Folders(t.Context()))
			wantClass(t, err, tt.class)
			if len(items) != tt.items {
				t.Errorf("%d items, want %d", len(items), tt.items)
			}
		})
	}
}

func TestListBrokenOffByTheConnection(t *testing.T) {
	s := newService(t).open()
	s.answers(inExchange("/folders"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte(`{"folder":[{"id":1},{"id":2},`))
		panic(http.ErrAbortHandler)
	})
	items, err := collect(s.room(t).Folders(t.Context()))
	wantClass(t, err, intralinks.Transient)
	if len(items) > 2 {
		t.Errorf("%d items", len(items))
	}
}

func TestListStopsWhenTheConsumerDoes(t *testing.T) {
	s := newService(t).open()
	s.answers(inExchange("/folders"), reply(200, `{"folder":[{"id":1},{"id":2},{"id":3},broken`))
	n := 0
	for _, err := range s.room(t).Folders(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 2 {
			break
		}
	}
	if n != 2 {
		t.Errorf("%d items", n)
	}
}

func TestListEndsWithItsContext(t *testing.T) {
	s := newService(t).open()
	s.answers(inExchange("/folders"), func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(`{"folder":[{"id":1},{"id":2}`))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for _, err := range s.room(t).Folders(ctx) {
		if last = err; err == nil {
			cancel()
		}
	}
	wantClass(t, last, intralinks.Canceled)
}

func TestListThatStallsIsBrokenOff(t *testing.T) {
	s := newService(t).open()
	s.answers(inExchange("/folders"), func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(`{"folder":[{"id":1}`))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	c := s.client(t, func(o *intralinks.Options) { o.IdleTimeout = 20 * time.Millisecond })
	_, err := collect(c.Room(exchange, intralinks.Entry{}).Folders(t.Context()))
	wantClass(t, err, intralinks.Transient)
	if !strings.Contains(err.Error(), "stopped sending") {
		t.Errorf("error = %v", err)
	}
}

func TestHugeValueIsRefused(t *testing.T) {
	s := newService(t).open()
	s.answers(inExchange("/folders"), func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"folder":[{"id":1,"name":"`))
		chunk := []byte(strings.Repeat("x", 1<<20))
		for range 64 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	_, err := collect(s.room(t).Folders(t.Context()))
	wantClass(t, err, intralinks.Permanent)
}

// The list of a large exchange must not be held in memory.
func TestListIsDecodedInConstantMemory(t *testing.T) {
	const documents, limit = 50_000, 8 << 20
	s := newService(t).open()
	s.answers(inExchange("/documents"), func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{` + okStatus + `,"document":[`))
		filler := strings.Repeat("x", 1000)
		for i := range documents {
			if i > 0 {
				_, _ = w.Write([]byte(","))
			}
			_, _ = fmt.Fprintf(w, `{"id":%d,"name":"n","description":%q}`, 12400000000+i, filler)
		}
		_, _ = w.Write([]byte(`]}`))
	})
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n, highest := 0, uint64(0)
	for _, err := range s.room(t).Documents(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n%10_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			highest = max(highest, now.HeapAlloc)
		}
	}
	if n != documents {
		t.Errorf("%d documents", n)
	}
	if grown := int64(highest) - int64(before.HeapAlloc); grown > limit {
		t.Errorf("the heap grew by %d bytes while %d bytes of list were read", grown, documents*1050)
	}
}
