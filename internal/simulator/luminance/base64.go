package luminance

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"sync"
)

// errNotBase64 is the error of a body that was sent whole but isn't base64: the
// standard alphabet, padded, without line breaks (inferred; the API documents
// say base64 and no more).
var errNotBase64 = errors.New("the body is not base64")

// blockSize is how much is decoded at once; a multiple of 4.
const blockSize = 64 << 10

var blocks = sync.Pool{New: func() any {
	b := make([]byte, blockSize+blockSize/4*3)
	return &b
}}

// decodeBase64 writes the decoded form of r to w in constant memory. An error is
// errNotBase64, or what r or w failed with.
func decodeBase64(w io.Writer, r io.Reader) error {
	buffer := blocks.Get().(*[]byte)
	defer blocks.Put(buffer)
	encoded, decoded := (*buffer)[:blockSize], (*buffer)[blockSize:]
	padded := false
	for {
		n, err := fill(r, encoded)
		if err != nil && err != io.EOF { //nolint:errorlint // a wrapped EOF would not be the body's end
			return fmt.Errorf("read the body: %w", err)
		}
		block := encoded[:n]
		if n > 0 {
			if padded || n%4 != 0 || bytes.ContainsAny(block, "\r\n") {
				return errNotBase64
			}
			padded = block[n-1] == '='
			m, err := base64.StdEncoding.Strict().Decode(decoded, block)
			if err != nil {
				return errNotBase64
			}
			if _, err := w.Write(decoded[:m]); err != nil {
				return fmt.Errorf("store the document: %w", err)
			}
		}
		if err != nil {
			return nil
		}
	}
}

// fill reads until p is full or r ends. Unlike io.ReadFull it hands on the error
// of r as it is, so that a body that broke off is told from one that ended.
func fill(r io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var m int
		m, err = r.Read(p[n:])
		n += m
	}
	return n, err
}
