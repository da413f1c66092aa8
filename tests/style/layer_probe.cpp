// Stands for the file of somebody who uses one room.
