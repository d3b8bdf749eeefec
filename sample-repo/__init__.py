"""The sample office: a car dealer with half a year of complaints, and the stories it is made from."""
