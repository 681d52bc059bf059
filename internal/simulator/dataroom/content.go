package dataroom

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // SHA-1 is what the imitated service publishes.
	"encoding/binary"
	"io"
	"os"
	"sync"
)

// Content is the bytes of one version of a document.
type Content interface {
	// Size is the number of bytes.
	Size() int64
	// Open returns a reader of its own for each caller, at the beginning.
	Open() (io.ReadSeekCloser, error)
}

// Paged is content that knows how many pages it prints on.
type Paged interface {
	Pages() int
}

var emptySHA1 = sha1.Sum(nil) //nolint:gosec // see above

// body is content with its hash, computed when it is first asked for.
type body struct {
	content Content
	once    sync.Once
	sum     [20]byte
	err     error
}

func (b *body) sha1() ([20]byte, error) {
	b.once.Do(func() { b.sum, b.err = SHA1(b.content) })
	return b.sum, b.err
}

// SHA1 reads all of a content for its hash.
func SHA1(c Content) (sum [20]byte, err error) {
	in, err := c.Open()
	if err != nil {
		return sum, err
	}
	defer in.Close()
	hash := sha1.New() //nolint:gosec // see above
	if _, err := io.CopyBuffer(hash, in, make([]byte, 256<<10)); err != nil {
		return sum, err
	}
	hash.Sum(sum[:0])
	return sum, nil
}

// Bytes is content held in memory.
type Bytes []byte

// Size implements Content.
func (b Bytes) Size() int64 { return int64(len(b)) }

// Open implements Content.
func (b Bytes) Open() (io.ReadSeekCloser, error) {
	return nopCloser{bytes.NewReader(b)}, nil
}

// nopCloser closes nothing.
type nopCloser struct{ io.ReadSeeker }

// Close implements io.Closer.
func (nopCloser) Close() error { return nil }

// lazy is content that is made anew for each reader. It has to come out the same
// each time.
type lazy struct {
	make  func() []byte
	pages int
	once  sync.Once
	size  int64
}

// Size implements Content.
func (l *lazy) Size() int64 {
	l.once.Do(func() { l.size = int64(len(l.make())) })
	return l.size
}

// Open implements Content.
func (l *lazy) Open() (io.ReadSeekCloser, error) { return Bytes(l.make()).Open() }

// Pages implements Paged.
func (l *lazy) Pages() int { return l.pages }

// file is content on disk. Its size is the one that the last scan saw: a file
// that changes under a download shows as one that doesn't fit its listing.
type file struct {
	path string
	size int64
}

// Size implements Content.
func (f file) Size() int64 { return f.size }

// Open implements Content.
func (f file) Open() (io.ReadSeekCloser, error) { return os.Open(f.path) }

// Noise returns content of any size that takes no memory: numbers that follow
// from the seed and the position.
func Noise(seed, size int64) Content { return sections{{&noise{uint64(seed)}, size}} }

// noise is an endless file of splitmix64 numbers.
type noise struct{ seed uint64 }

// ReadAt implements io.ReaderAt.
func (n *noise) ReadAt(p []byte, off int64) (int, error) {
	var word [8]byte
	done := 0
	if skip := int(off % 8); skip != 0 {
		binary.LittleEndian.PutUint64(word[:], n.word(uint64(off/8)))
		done = copy(p, word[skip:])
	}
	index := uint64(off+int64(done)) / 8
	for ; len(p)-done >= 8; done += 8 {
		binary.LittleEndian.PutUint64(p[done:], n.word(index))
		index++
	}
	if done < len(p) {
		binary.LittleEndian.PutUint64(word[:], n.word(index))
		done += copy(p[done:], word[:])
	}
	return done, nil
}

func (n *noise) word(index uint64) uint64 {
	x := n.seed*0x9e3779b97f4a7c15 + (index+1)*0xbf58476d1ce4e5b9
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// section is a piece of a larger content.
type section struct {
	at   io.ReaderAt
	size int64
}

// sections is content put together from pieces.
type sections []section

// Size implements Content.
func (s sections) Size() (total int64) {
	for _, part := range s {
		total += part.size
	}
	return total
}

// Open implements Content.
func (s sections) Open() (io.ReadSeekCloser, error) {
	return nopCloser{io.NewSectionReader(s, 0, s.Size())}, nil
}

// joined reads all of it into memory.
func joined(s interface {
	io.ReaderAt
	Size() int64
}) []byte {
	all := make([]byte, s.Size())
	// Pieces in memory can't fail; reading up to the end says EOF.
	_, _ = s.ReadAt(all, 0)
	return all
}

// ReadAt implements io.ReaderAt.
func (s sections) ReadAt(p []byte, off int64) (int, error) {
	done := 0
	for _, part := range s {
		if off >= part.size {
			off -= part.size
			continue
		}
		want := min(int64(len(p)-done), part.size-off)
		n, err := part.at.ReadAt(p[done:done+int(want)], off)
		done += n
		if int64(n) < want {
			return done, err
		}
		if off = 0; done == len(p) {
			return done, nil
		}
	}
	return done, io.EOF
}
