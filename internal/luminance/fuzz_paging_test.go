package luminance

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// Whatever an instance makes of limit and offset, a listing ends, gives nothing twice, and gives all, unless it
// says that it may not have, or was cut at a length that no server is known to cut at.
func FuzzPaging(f *testing.F) {
	for _, total := range []uint16{0, 1, 49, 50, 51, 100, 128, 250, 999, 1000, 1001} {
		for _, behaviour := range []uint8{0, limits, offsets, limits | offsets, refuses, limits | refuses, offsets | refuses} {
			f.Add(total, uint16(0), uint16(0), behaviour, int16(0), uint16(0))
			f.Add(total, uint16(50), uint16(100), behaviour, int16(0), uint16(0))
			f.Add(total, uint16(0), uint16(37), behaviour, int16(0), uint16(37))
		}
	}
	f.Add(uint16(500), uint16(0), uint16(50), uint8(limits|offsets|declared), int16(-1), uint16(0))
	f.Add(uint16(500), uint16(0), uint16(64), uint8(limits|offsets|shifts), int16(7), uint16(0))
	f.Add(uint16(133), uint16(50), uint16(100), uint8(limits|offsets), int16(11), uint16(0))
	f.Add(uint16(300), uint16(1), uint16(1), uint8(offsets), int16(1), uint16(1))
	f.Fuzz(func(t *testing.T, total, usual, most uint16, behaviour uint8, limit int16, known uint16) {
		s := &shelf{total: int(total % 2000), usual: int(usual), most: int(most), behaviour: behaviour}
		if s.usual > s.most && s.most > 0 {
			s.usual = s.most
		}
		paging := Paging{Limit: int(limit), Cap: int(known)}
		c := newFuzzClient(t, transport(s.answer), func(o *Options) { o.Paging = paging })
		got, err := collect(list[Folder](t.Context(), c, request{op: opListFolders, on: "division 4", method: http.MethodGet, path: "/projects/4/folders"}, behaviour&declared != 0))

		seen := map[int64]bool{}
		for _, folder := range got {
			if seen[folder.ID] || folder.ID < 1 || folder.ID > int64(s.total) {
				t.Fatalf("folder %d came twice, or from nowhere", folder.ID)
			}
			seen[folder.ID] = true
		}
		var truncated *TruncatedError
		switch {
		case err != nil && (!errors.As(err, &truncated) || truncated.Count != len(got)):
			t.Errorf("%+v: after %d of %d: %v", s, len(got), s.total, err)
		case err == nil && len(got) < s.total && s.suspicious(paging) && behaviour&shifts == 0:
			t.Errorf("%+v: %d of %d came, and nothing is said", s, len(got), s.total)
		case err != nil && len(s.requests) == 1 && !s.requests[0].full() && !paging.cutAt(s.requests[0].count):
			t.Errorf("%+v: %v, after an answer that is whole", s, err)
		}
		if first := s.requests[0]; len(s.requests) > 1 && !first.full() && !paging.cutAt(first.count) {
			t.Errorf("%+v: %d requests, where the first answer was whole", s, len(s.requests))
		}
		if len(s.requests) > s.total+20 {
			t.Errorf("%d requests for %d folders", len(s.requests), s.total)
		}
	})
}

// How an instance behaves.
const (
	limits   = 1 << iota // obeys limit
	offsets              // obeys offset
	refuses              // refuses offset, with 400
	shifts               // pages overlap, as when something is removed meanwhile
	declared             // limit is declared on the list, so that it is always sent
)

// shelf is an instance with so many folders.
type shelf struct {
	total     int
	usual     int // how many it gives if not told; 0 for all
	most      int // how many it gives at once at most; 0 for all
	behaviour uint8

	requests []page
	cut      []page // those whose answers were cut
}

func (s *shelf) answer(r *http.Request) *http.Response {
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	asked := page{limit: limit, offset: offset}
	if s.behaviour&refuses != 0 && offset > 0 {
		s.requests = append(s.requests, asked)
		return answer(http.StatusBadRequest, `{"error":"unknown parameter"}`)
	}
	if s.behaviour&offsets == 0 {
		offset = 0
	} else if s.behaviour&shifts != 0 {
		offset = max(0, offset-1)
	}
	size := s.usual
	if s.behaviour&limits != 0 && limit > 0 {
		size = limit
	}
	if s.most > 0 && (size == 0 || size > s.most) {
		size = s.most
	}
	if rest := max(0, s.total-offset); size == 0 || size > rest {
		size = rest
	}
	asked.count = size
	s.requests = append(s.requests, asked)
	if offset+size < s.total {
		s.cut = append(s.cut, asked)
	}
	folders := make([]string, size)
	for i := range folders {
		folders[i] = fmt.Sprintf(`{"id":%d}`, offset+i+1)
	}
	return answer(http.StatusOK, "["+strings.Join(folders, ",")+"]")
}

// suspicious tells whether each answer that was cut had a length at which servers are known to cut.
func (s *shelf) suspicious(p Paging) bool {
	for _, asked := range s.cut {
		if !asked.full() && !p.cutAt(asked.count) {
			return false
		}
	}
	return true
}
