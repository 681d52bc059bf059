// Rclone, with no more of it than the benchmark needs: copying from one WebDAV server to another.
package main

import (
	_ "github.com/rclone/rclone/backend/webdav" // what it copies from and to
	"github.com/rclone/rclone/cmd"
	_ "github.com/rclone/rclone/cmd/copy" // the command
)

func main() { cmd.Main() }
