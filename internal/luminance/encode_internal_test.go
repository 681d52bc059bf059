package luminance

import (
	"encoding/base64"
	"math/rand/v2"
	"testing"
)

func TestEncodingIsThatOfTheStandardLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for size := range 200 {
		src := make([]byte, size)
		for i := range src {
			src[i] = byte(random.Uint32())
		}
		dst := make([]byte, encodedLength(int64(size)))
		encodeBase64(dst, src)
		if want := base64.StdEncoding.EncodeToString(src); string(dst) != want {
			t.Fatalf("%d bytes: %x became %s, not %s", size, src, dst, want)
		}
	}
	every := make([]byte, 0, 3<<12)
	for bits := range 1 << 12 { // each pair of letters, in both places
		every = append(every, byte(bits>>4), byte(bits<<4)|byte(bits>>8), byte(bits))
	}
	dst := make([]byte, encodedLength(int64(len(every))))
	encodeBase64(dst, every)
	if string(dst) != base64.StdEncoding.EncodeToString(every) {
		t.Error("one of all pairs of letters differs")
	}
}

func BenchmarkEncoding(b *testing.B) {
	block := new(block)
	b.SetBytes(blockSize)
	for b.Loop() {
		encodeBase64(block.encoded[:], block.raw[:])
	}
}

func BenchmarkEncodingOfTheStandardLibrary(b *testing.B) {
	block := new(block)
	b.SetBytes(blockSize)
	for b.Loop() {
		base64.StdEncoding.Encode(block.encoded[:], block.raw[:])
	}
}
