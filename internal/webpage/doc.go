// Package webpage is what all pages of the operator have in common: how they look, and what a browser may do with
// them. Colours and type stand in base.css, once for all.
package webpage
