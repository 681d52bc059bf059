// Command imagecheck holds an image, as `docker save` and its like write it, against what is promised of the
// operator's: who it runs as, what is stamped, how large it is, and that there is nothing in it to break in with. It
// prints a line of the image, and exits with 1 and a line for each promise that is broken.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	var want promise
	flag.StringVar(&want.arch, "arch", "amd64", "architecture that the image is for")
	flag.StringVar(&want.version, "version", "dev", "version that is stamped")
	flag.StringVar(&want.commit, "commit", "unknown", "commit that is stamped")
	flag.StringVar(&want.date, "date", "unknown", "date that is stamped")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "imagecheck: name one archive, such as docker save writes")
		os.Exit(2)
	}
	found, err := open(flag.Arg(0))
	if err != nil {
		fmt.Fprintf(os.Stderr, "imagecheck: %s: %v\n", flag.Arg(0), err)
		os.Exit(1)
	}
	broken := want.check(found)
	for _, line := range broken {
		fmt.Fprintf(os.Stderr, "imagecheck: %s: %s\n", want.arch, line)
	}
	if len(broken) > 0 {
		os.Exit(1)
	}
	fmt.Printf("imagecheck: %s: %.1f MB, runs /manager as %s, %s\n", want.arch, float64(found.size)/1e6, found.config.Config.User, want.line())
}
