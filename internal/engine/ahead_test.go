package engine_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// until holds requests back until a condition is met.
type until struct {
	concerns func(*http.Request) bool
	holds    func() bool
	// late is the end of all waiting.
	late time.Time
}

// RoundTrip implements http.RoundTripper.
func (u until) RoundTrip(r *http.Request) (*http.Response, error) {
	late := time.After(time.Until(u.late))
	for u.concerns(r) && !u.holds() {
		select {
		case <-time.After(time.Millisecond):
		case <-late:
			return nil, errors.New("what was waited for has not come")
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	return http.DefaultTransport.RoundTrip(r)
}

// TestTheNextFolderIsMadeMeanwhile: while every worker has a document of one folder in hand, the next folder is made,
// and no other.
func TestTheNextFolderIsMadeMeanwhile(t *testing.T) {
	w := newWorld(t, dataroom.New(1))
	first := map[string]bool{}
	for i := range 40 {
		first["/"+id(w.add(fmt.Sprintf("/A/%02d.pdf", i), "one of many").ID)+"/file"] = true
	}
	w.add("/B/after.pdf", "the next")
	w.add("/C/last.pdf", "the last")
	made := func(path string) bool {
		return slices.ContainsFunc(w.target.Folders(), func(f luminancesim.StoredFolder) bool { return f.Path == path })
	}
	var tooEarly atomic.Bool
	w.intralinks = w.intralinksThrough(until{
		late: time.Now().Add(20 * time.Second),
		concerns: func(r *http.Request) bool {
			_, path, _ := strings.Cut(r.URL.Path, "/documents")
			return first[path]
		},
		holds: func() bool {
			if made("/Deal/C") && len(w.target.Documents(false)) == 0 {
				tooEarly.Store(true)
			}
			return made("/Deal/B")
		},
	})
	result := w.run(w.job("/"))
	if result.Uploaded != 42 || result.ProblemCount != 0 {
		t.Errorf("uploaded %d of 42, with %d problems", result.Uploaded, result.ProblemCount)
	}
	if tooEarly.Load() {
		t.Error("the third folder was made before any document of the first one crossed")
	}
}
