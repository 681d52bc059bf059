package failovertest

import (
	"flag"
	"testing"
)

// TestMain has all tests run side by side, whatever the number of processors: nearly all that they do is to wait for a lease
// to run out.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	m.Run()
}
