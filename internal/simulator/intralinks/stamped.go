package intralinks

import (
	"errors"
	"io"
)

// stamped is a file with a stamp at its end.
type stamped struct {
	in    io.ReadSeeker
	size  int64 // of in
	stamp string
	at    int64
}

// Read implements io.Reader.
func (s *stamped) Read(p []byte) (int, error) {
	if s.at < s.size {
		n, err := s.in.Read(p[:min(int64(len(p)), s.size-s.at)])
		s.at += int64(n)
		if s.at == s.size && errors.Is(err, io.EOF) {
			err = nil // the stamp follows
		}
		return n, err
	}
	if s.at >= s.size+int64(len(s.stamp)) {
		return 0, io.EOF
	}
	n := copy(p, s.stamp[s.at-s.size:])
	s.at += int64(n)
	return n, nil
}

// Seek implements io.Seeker.
func (s *stamped) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += s.at
	case io.SeekEnd:
		offset += s.size + int64(len(s.stamp))
	}
	if offset < 0 {
		return 0, errors.New("the position is before the beginning")
	}
	if _, err := s.in.Seek(min(offset, s.size), io.SeekStart); err != nil {
		return 0, err
	}
	s.at = offset
	return offset, nil
}
