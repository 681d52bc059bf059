package luminance

// Paging adapts listings to what an instance really does.
//
// What is known: v1.3 and v1.4 declare limit on every list, 50 by default,
// without a maximum, and no offset. v1.5 declares limit and offset on projects
// and neither on folders, documents and annotations, so an instance may refuse
// them there. No answer says whether it is all.
//
// So the first request sends a large limit where limit is declared and nothing
// where it is not, and an answer counts as whole unless its length is one that
// a cut would have: the limit that was sent, or a usual page size. Only then
// more is asked for, with limit and offset, and if that repeats the beginning,
// with what a larger limit brings. What stays doubtful is a TruncatedError.
type Paging struct {
	// Limit is what is asked for at once; 10,000 by default, negative to send
	// neither limit nor offset ever.
	Limit int
	// Cap is a page size at which this instance is known to cut lists, if it
	// is none of the usual ones.
	Cap int
}

const (
	defaultLimit = 10_000
	// maxLimit is where asking for more at once ends.
	maxLimit = 10_000_000
)

// Reasons of a TruncatedError.
const (
	doubtOff     = "its length is a usual page size, and paging is switched off"
	doubtIgnored = "its length is a usual page size, and the server ignores offset"
	doubtRefused = "its length is a usual page size, and the server refuses limit and offset"
	doubtEndless = "the server fills every limit and ignores offset"
)

func (p Paging) limit() int {
	if p.Limit == 0 {
		return defaultLimit
	}
	return max(p.Limit, 0)
}

// cutAt tells whether a list of n entries may have been cut by the server: 50
// is the default of v1.3 and v1.4; the others are sizes that servers use.
// Anything else is whole (inferred).
func (p Paging) cutAt(n int) bool {
	if n == 0 || n == p.Cap {
		return n != 0
	}
	if n < 50 {
		return false
	}
	if n&(n-1) == 0 { // 64, 128, 256 …
		return true
	}
	for n%10 == 0 {
		n /= 10
	}
	return n == 1 || n == 2 || n == 5 || n == 25 // 50, 100, 200, 250, 500 …
}

// page is one answer of a listing.
type page struct {
	limit, offset int // as sent; 0 is not sent
	count         int // entries in it
	fresh         int // of them, those that no answer before had
	most          int // entries in the longest answer before it
	// again is set on a later answer that began where the first one did.
	again bool
}

func (p page) full() bool { return p.limit > 0 && p.count == p.limit }

// following decides how a listing goes on after an answer: with another
// request, or, if next is nil, not at all, and then whether it is in doubt.
func (p Paging) following(last page) (next *page, doubt string) {
	full := last.full()
	switch {
	case !full && !p.cutAt(last.count):
		return nil, ""
	case !full && last.offset > 0 && !last.again && last.count < last.most:
		return nil, "" // the server gives more at once, so this is the rest
	case p.limit() == 0:
		return nil, doubtOff
	case last.again && !full, last.offset > 0 && last.fresh == 0:
		return nil, doubtIgnored
	}
	next = &page{limit: max(last.limit, p.limit()), most: max(last.most, last.count)}
	if full {
		next.limit *= 10
	}
	if !last.again {
		next.offset = last.offset + last.count
		next.limit = min(next.limit, maxLimit)
	}
	if next.limit > maxLimit {
		return nil, doubtEndless
	}
	return next, ""
}

// afterRefusal decides how a listing goes on when the server refused a request
// for more: without offset, if that is another request than the first.
func (p Paging) afterRefusal(first, refused page) (next *page, doubt string) {
	if refused.offset == 0 || refused.limit == first.limit {
		return nil, doubtRefused
	}
	return &page{limit: refused.limit}, ""
}
