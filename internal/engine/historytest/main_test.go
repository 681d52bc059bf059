package historytest

import (
	"flag"
	"fmt"
	"strconv"
	"testing"
)

// shards are groups of histories that run side by side.
const shards = 2

// histories is how many there are where -rapid.checks says nothing.
const histories = 500

// TestMain parts the histories that were asked for among the shards.
func TestMain(m *testing.M) {
	flag.Parse()
	wanted := histories
	flag.Visit(func(f *flag.Flag) {
		if f.Name == "rapid.checks" {
			wanted, _ = strconv.Atoi(f.Value.String()) // the flag takes numbers only
		}
	})
	if err := flag.Set("rapid.checks", strconv.Itoa((wanted+shards-1)/shards)); err != nil {
		panic(fmt.Sprint("share out the histories: ", err))
	}
	m.Run()
}
