package luminance_test

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"dataroom.dev/intralinks-operator/internal/luminance"
)

// server is a way to page that an instance may have.
type server struct {
	initial int    // entries without a limit; 0: all
	cap     int    // most entries at once, whatever the limit; 0: none
	limit   bool   // honours limit
	offset  bool   // honours offset
	refuses string // query parameters that it refuses
}

func (s server) serve(t *testing.T, total int) *instance {
	return newInstance(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		for _, name := range strings.Fields(s.refuses) {
			if q.Has(name) {
				w.WriteHeader(http.StatusUnprocessableEntity)
				return
			}
		}
		from, most := 0, total
		if s.initial > 0 {
			most = s.initial
		}
		if s.limit && q.Has("limit") {
			most, _ = strconv.Atoi(q.Get("limit"))
		}
		if s.cap > 0 {
			most = min(most, s.cap)
		}
		if s.offset && q.Has("offset") {
			from, _ = strconv.Atoi(q.Get("offset"))
		}
		var entries []string
		for id := from + 1; id <= min(from+most, total); id++ {
			entries = append(entries, fmt.Sprintf(`{"id":%d,"parent_id":1,"name":"f%d","state":"active"}`, id, id))
		}
		_, _ = fmt.Fprintf(w, "[%s]", strings.Join(entries, ","))
	})
}

// Every listing is whole or says that it may not be, at the least requests.
func TestListings(t *testing.T) {
	whole := server{} // knows neither parameter and gives all
	declared34 := server{initial: 50, limit: true}
	both := server{initial: 50, limit: true, offset: true}
	for _, c := range []struct {
		name      string
		version   luminance.APIVersion
		server    server
		total     int
		requests  int
		truncated bool
	}{
		{"empty", luminance.V15, whole, 0, 1, false},
		{"short", luminance.V15, whole, 49, 1, false},
		{"longer than a page and no round number", luminance.V15, whole, 73, 1, false},
		{"long", luminance.V15, whole, 20_001, 1, false},
		{"as long as a usual page, and nothing more can be had", luminance.V15, whole, 50, 2, true},
		{"the same, and more is refused", luminance.V15, server{refuses: "limit offset"}, 50, 3, true},
		{"whole without parameters, refused with", luminance.V15, server{refuses: "limit offset"}, 73, 1, false},

		{"pages of 50, both parameters work", luminance.V15, both, 73, 2, false},
		{"exactly one page of 50, both work", luminance.V15, both, 50, 2, false},
		{"exactly two pages of 50, both work", luminance.V15, both, 100, 3, false},
		{"only limit works", luminance.V15, declared34, 73, 2, false},
		{"only limit works, offset refused", luminance.V15, server{initial: 50, limit: true, refuses: "offset"}, 73, 3, false},
		{"only limit works, exactly 50", luminance.V15, declared34, 50, 2, true},
		{"only offset works", luminance.V15, server{initial: 50, offset: true}, 120, 3, false},
		{"cut at 50 for ever", luminance.V15, server{cap: 50}, 73, 2, true},
		{"cut at 100, offset works", luminance.V15, server{cap: 100, offset: true}, 250, 3, false},
		{"cut at 256 for ever", luminance.V15, server{cap: 256}, 1000, 2, true},
		{"cut at 1000 for ever, limit works below", luminance.V15, server{initial: 50, cap: 1000, limit: true}, 1001, 2, true},

		{"as v1.4 declares it, short", luminance.V14, declared34, 12, 1, false},
		{"as v1.4 declares it, more than the default", luminance.V14, declared34, 73, 1, false},
		{"as v1.4 declares it, fills the limit", luminance.V14, declared34, 10_000, 2, true},
		{"as v1.4 declares it, over the limit", luminance.V14, declared34, 10_001, 2, false},
		{"as v1.4 declares it, over the limit, offset refused", luminance.V14, server{initial: 50, limit: true, refuses: "offset"}, 10_001, 3, false},
		{"v1.4 with offset as well, over the limit", luminance.V14, both, 20_500, 2, false},
		{"v1.4, limit ignored", luminance.V14, server{initial: 50}, 73, 2, true},
		{"v1.4, limit ignored, offset refused", luminance.V14, server{initial: 50, refuses: "offset"}, 73, 2, true},
		{"v1.4, hard cap, offset works", luminance.V14, server{cap: 100, limit: true, offset: true}, 250, 3, false},
		{"v1.3 as v1.4", luminance.V13, declared34, 73, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := c.server.serve(t, c.total)
			seen := map[int64]bool{}
			var failure error
			for f, err := range i.client(t, version(c.version)).Folders(t.Context(), 4) {
				if err != nil {
					failure = err
				} else if seen[f.ID] {
					t.Fatalf("folder %d came twice", f.ID)
				} else {
					seen[f.ID] = true
				}
			}
			if got := len(i.seen()); got != c.requests {
				t.Errorf("%d requests, want %d", got, c.requests)
			}
			truncated := (*luminance.TruncatedError)(nil)
			switch {
			case c.truncated:
				if !errors.As(failure, &truncated) || luminance.ClassOf(failure) != luminance.Truncated {
					t.Fatalf("%d of %d folders and %v, want a TruncatedError", len(seen), c.total, failure)
				}
				if truncated.Count != len(seen) {
					t.Errorf("it counts %d, and %d came", truncated.Count, len(seen))
				}
			case failure != nil:
				t.Fatal(failure)
			case len(seen) != c.total:
				t.Errorf("%d folders, want %d", len(seen), c.total)
			}
		})
	}
}

func TestPagingSettings(t *testing.T) {
	for _, c := range []struct {
		name      string
		paging    luminance.Paging
		server    server
		total     int
		requests  int
		truncated bool
	}{
		{"a known page size of 20", luminance.Paging{Cap: 20}, server{cap: 20, offset: true}, 45, 3, false},
		{"a known page size that offset doesn't get past", luminance.Paging{Cap: 20}, server{cap: 20}, 45, 2, true},
		{"a smaller limit", luminance.Paging{Limit: 30}, server{limit: true, offset: true, initial: 50}, 45, 2, false},
		{"switched off", luminance.Paging{Limit: -1}, server{initial: 50, refuses: "limit offset"}, 45, 1, false},
		{"switched off, and in doubt", luminance.Paging{Limit: -1}, server{initial: 50, refuses: "limit offset"}, 51, 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := c.server.serve(t, c.total)
			client := i.client(t, version(luminance.V14), func(o *luminance.Options) { o.Paging = c.paging })
			err := seq(client.Folders(t.Context(), 4))
			if got := len(i.seen()); got != c.requests {
				t.Errorf("%d requests, want %d", got, c.requests)
			}
			if got := luminance.ClassOf(err) == luminance.Truncated; got != c.truncated {
				t.Errorf("error %v, want truncated %t", err, c.truncated)
			}
		})
	}
}

// A server whose order changes from answer to answer must not be asked for
// ever.
func TestListingEndsWhenNothingNewComes(t *testing.T) {
	var turns atomic.Int64
	i := newInstance(t, func(w http.ResponseWriter, _ *http.Request) {
		turn := int(turns.Add(1))
		var entries []string
		for n := range 50 {
			entries = append(entries, fmt.Sprintf(`{"id":%d}`, (n+turn)%50+1))
		}
		_, _ = fmt.Fprintf(w, "[%s]", strings.Join(entries, ","))
	})
	if err := seq(i.client(t).Folders(t.Context(), 4)); luminance.ClassOf(err) != luminance.Truncated {
		t.Errorf("error %v, want class Truncated", err)
	}
}

// A consumer that has what it wants costs no further request.
func TestListingStopsWithItsConsumer(t *testing.T) {
	i := server{initial: 50, limit: true, offset: true}.serve(t, 200)
	for _, err := range i.client(t).Folders(t.Context(), 4) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if got := len(i.seen()); got != 1 {
		t.Errorf("%d requests, want 1", got)
	}
}

// An answer that breaks off is read again, and nothing comes twice.
func TestListingSurvivesABrokenAnswer(t *testing.T) {
	var try atomic.Int64
	i := newInstance(t, func(w http.ResponseWriter, _ *http.Request) {
		if try.Add(1) == 1 {
			_, _ = fmt.Fprint(w, `[{"id":1},{"id":2},`)
			panic(http.ErrAbortHandler)
		}
		_, _ = fmt.Fprint(w, `[{"id":1},{"id":2},{"id":3}]`)
	})
	var ids []int64
	for f, err := range i.client(t).Folders(t.Context(), 4) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, f.ID)
	}
	if fmt.Sprint(ids) != "[1 2 3]" || try.Load() != 2 {
		t.Errorf("folders %v after %d tries", ids, try.Load())
	}
}

// Nothing but a list passes for one: not even an empty answer.
func TestAnswersThatAreNoList(t *testing.T) {
	for name, body := range map[string]string{
		"nothing": "", "null": "null", "text": `"none"`, "a number": "0", "a page": "<html></html>",
		"an error": `{"error":"busy"}`, "an empty object": "{}", "cut": `[{"id":1}`, "cut in an object": `[{"id":`,
		"two lists": "[][]", "numbers": "[1,2]", "a list in a list": `[[{"id":1}]]`, "no id": `[{"name":"x"}]`,
		"an id that is none": `[{"id":"x"}]`, "nothing in the envelope": `{"folder":null}`,
	} {
		i := answering(t, http.StatusOK, body)
		err := seq(i.client(t).Folders(t.Context(), 4))
		if e := wantClass(t, err, luminance.Transient); e.Uncertain {
			t.Errorf("%s: a read is never uncertain: %v", name, err)
		}
	}
}
